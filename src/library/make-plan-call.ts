import { snapshotRules } from '../app/live/live-source.ts';
import { type MadePlan, makePlan, type PlanOptions } from '../app/plan/make-plan.ts';
import { FwError } from '../core/diagnostics/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { parseAddress } from '../core/selection/parse-address.ts';
import type { Address, Selection } from '../core/selection/types.ts';
import { parseSnapshotFile } from '../core/snapshot/types.ts';
import { isStateName, STATE_NAME } from '../core/state/schema/state-name.ts';
import type { Ports } from '../ports/ports.ts';
import { type Context, runCall } from './call.ts';
import { checkSeconds, checkText } from './check-options.ts';
import { handOut } from './made-plans.ts';
import { MEMORY, withMemoryState } from './memory-state.ts';
import type { CallOptions, Plan, PlanRequest, StateSource } from './types.ts';

const DAY = 86_400;

/** Unchanged rules around a change: no document has them. */
const CONTEXT = 0;

/** `firewall.plan()`. */
export function planCall(context: Context, request: PlanRequest & CallOptions): Promise<Plan> {
  return runCall(context, { signal: request.signal, isReading: true }, async ({ ports }) => {
    const maxAgeSeconds = checkSeconds('maxAgeSeconds', request.maxAgeSeconds, LIMITS.planAge.most) ?? DAY;
    const { traffic = true } = request;
    const made = await makeOf(ports, request, { ...planOptions(request), lints: true });
    const state = 'documents' in request ? MEMORY : request.state;
    const seen = 'documents' in request ? withMemoryState(ports, request.documents) : ports;
    return handOut(context, seen, made, { state, withTraffic: traffic, maxAgeSeconds });
  });
}

/** The plan for a state on disk or in memory, from what is live or in a snapshot. */
export async function makeOf(
  ports: Ports,
  source: StateSource & Pick<PlanRequest, 'live'>,
  options: Omit<PlanOptions, 'state' | 'stateName'>,
): Promise<MadePlan> {
  const stateName = source.name === undefined ? undefined : checkName(source.name);
  const live =
    source.live === undefined
      ? undefined
      : snapshotRules(
          'the snapshot',
          parseSnapshotFile('the snapshot', checkText('live', source.live)),
          await ports.kernel.nftVersions(),
        );
  if (!('documents' in source)) {
    return makePlan(ports, { ...options, state: checkText('state', source.state), stateName }, live);
  }
  const made = await makePlan(withMemoryState(ports, source.documents), { ...options, state: MEMORY, stateName }, live);
  if (!made.about().applied.includes(MEMORY)) return made;
  throw new FwError('usage', 'a state in memory needs a name, since no path tells it from another one', {
    next: 'Give `name`, or write `state: NAME` into one of the documents.',
  });
}

function planOptions(request: PlanRequest): Omit<PlanOptions, 'state' | 'stateName'> {
  const { allowEmpty = false, vars = [], select = {} } = request;
  const files = 'documents' in request ? [] : (request.varFiles ?? []);
  return { allowEmpty, context: CONTEXT, selection: selectionOf(select), given: { vars, files } };
}

function selectionOf({
  namespaces,
  families,
  tables,
  targets,
  exclude,
}: NonNullable<PlanRequest['select']>): Selection {
  return {
    namespaces: namespaces ?? [],
    families: families ?? [],
    tables: tables ?? [],
    targets: (targets ?? []).map(addressOf),
    excluded: (exclude ?? []).map(addressOf),
  };
}

function addressOf(text: string): Address {
  const parsed = parseAddress(checkText('targets', text));
  if ('problem' in parsed) throw new FwError('usage', parsed.problem);
  return parsed;
}

export function checkName(name: string): string {
  if (isStateName(checkText('name', name))) return name;
  throw new FwError('usage', `${JSON.stringify(name)} is no name of a state`, { next: `Write ${STATE_NAME.wants}.` });
}
