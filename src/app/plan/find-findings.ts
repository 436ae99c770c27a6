import { sampleOf } from '../../core/generation/count-packets.ts';
import { lastConfirmedOf } from '../../core/generation/last-confirmed.ts';
import { namespaceRuleKeys } from '../../core/generation/rule-keys.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import { checkGuards } from '../../core/guards/check-guards.ts';
import type { Finding } from '../../core/guards/finding.ts';
import { setKey } from '../../core/guards/set-key.ts';
import { LIMITS } from '../../core/limits.ts';
import { parseSshConnection } from '../../core/packets/ssh-connection.ts';
import { measureOpened } from '../../core/packets/traffic/measure-opened.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { untouchedTables } from '../../core/plan/standing-tables.ts';
import type { Plan } from '../../core/plan/types.ts';
import { openedByPlan } from '../../core/traffic/opened-by-plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { judgeMade } from '../flow-tests/judge-made.ts';
import { newestGeneration } from '../generations/pick-generation.ts';
import type { MadePlan } from './make-plan.ts';

/** What in a plan needs more than an ordinary yes, from the plan, the last generation and the connection of the user who runs fw. */
export async function findFindings(ports: Ports, made: MadePlan): Promise<readonly Finding[]> {
  if (!hasChanges(made.plan)) return [];
  const last = made.isElsewhere === true ? undefined : await lastGeneration(ports);
  const session = made.isElsewhere === true ? undefined : ports.sshConnection();
  const ssh = session === undefined ? undefined : parseSshConnection(session);
  const confirmed = last === undefined ? undefined : await confirmedOf(ports, last);
  return checkGuards(made.plan, {
    opened: openedByPlan(made.plan, {
      live: made.live,
      measure: measureOpened,
      nodes: LIMITS.trafficNodes.most,
      ...(confirmed === undefined ? {} : { confirmed }),
    }),
    standing: untouchedTables(made.live, made.plan),
    emptyDesired: made.emptyDesired,
    tests: judgeMade(made),
    states: made.about().applied,
    ...(ssh === undefined ? {} : { ssh, settings: ports.hostSettings() }),
    ...(last === undefined ? {} : factsOf(last, made.plan)),
  });
}

/** What a person confirmed last: what it opened then is no news. Where it is gone, the oldest generation that is kept and is not older. */
async function confirmedOf({ generations }: Ports, last: NumberedGeneration) {
  const wanted = lastConfirmedOf(last);
  const number = wanted === last.number ? wanted : (await generations.numbers()).find((one) => one >= wanted);
  const { generation } = number === undefined || number === last.number ? last : await generations.read(number);
  return {
    number: number ?? last.number,
    confirmed: generation.namespaces,
    now: last.generation.namespaces,
  };
}

/** What fw has made itself, and what its rules had matched by then. */
function factsOf({ number, generation: { namespaces } }: NumberedGeneration, plan: Plan) {
  return {
    known: namespaceRuleKeys(namespaces, plan),
    knownSets: new Set(
      namespaces.flatMap(({ namespace, sets = [] }) => sets.map(({ name }) => setKey(namespace, name))),
    ),
    earlier: { since: `generation ${number}`, counters: sampleOf(namespaces, plan) },
  };
}

/** Without root the generations of this machine are out of reach. */
async function lastGeneration(ports: Ports): Promise<NumberedGeneration | undefined> {
  if (!ports.kernel.isPrivileged()) return undefined;
  return newestGeneration(ports);
}
