import { FwError } from '../../core/diagnostics/errors.ts';
import { type StateIdentity, whichState } from '../../core/generation/states/which-state.ts';
import type { Generation, KeptState, NumberedGeneration } from '../../core/generation/types.ts';
import { keptSide } from '../../core/generation-zero/declared-side.ts';
import type { Traffic } from '../../core/packets/types/traffic.ts';
import type { Plan } from '../../core/plan/types.ts';
import { compareGenerations } from '../../core/report/drift/compare-generations.ts';
import { driftOf } from '../../core/report/drift/drift-of.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { isTemplateName } from '../../core/state/as-written/template.ts';
import { declaredNamespaces, liveBefore } from '../../core/traffic/live-before.ts';
import { trafficOnce } from '../../core/traffic/traffic-of-plan.ts';
import type { Ports, StateFile, TemplateFiles } from '../../ports/ports.ts';
import { newestGeneration, pickGeneration } from '../generations/pick-generation.ts';
import { readBefore } from '../generations/read-before.ts';
import { readGenerationInputs } from '../generations/read-generation-inputs.ts';
import { machineRules } from '../live/live-source.ts';
import { loadPlanFile } from '../plan/load-plan-file.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { GivenValues } from '../state/load-values.ts';

const LIVE = 'live';

export type Compared = {
  readonly plan: Plan;
  /** Namespaces of the first side that are not live any more. */
  readonly gone: readonly Namespace[];
  /** What becomes of traffic from the first side to the second, found out when it is first asked for. */
  readonly traffic: () => readonly Traffic[];
};

/**
 * The difference between two declarations of the firewall, as a plan from the first to the second. A side is `live` (only the second),
 * the number of a generation, `last`, `previous`, a file of `fw plan --out`, a state file or folder, or a folder `@` a git revision.
 */
export async function compareSides(
  ports: Ports,
  before: string,
  after: string,
  options: { readonly context: number; readonly given: GivenValues },
): Promise<Compared> {
  const { context, given } = options;
  if (before === LIVE)
    throw new FwError('usage', '`live` can only be the second side', { next: 'Turn the two round.' });
  const left = await readSide(ports, before, given);
  if (after !== LIVE) {
    const right = await readSide(ports, after, given);
    const plan = compareGenerations(left.namespaces, right.namespaces, context);
    const live = declaredNamespaces(left.namespaces, right.namespaces);
    return { plan, gone: [], traffic: trafficOnce(plan, { live, supposing: 'only-declared' }) };
  }
  const { inputs, gone, live } = await readGenerationInputs(ports, left, left.others);
  const plan = driftOf(inputs, context);
  const around = liveBefore(
    plan,
    inputs,
    live.map(({ hidden = [] }) => hidden),
  );
  return { plan, gone, traffic: trafficOnce(plan, { live: around }) };
}

/** One declaration of the firewall, and the states of this data folder that it says nothing about. */
type Side = { readonly namespaces: Generation['namespaces']; readonly others: readonly KeptState[] };

async function readSide(ports: Ports, side: string, given: GivenValues): Promise<Side> {
  if (/^0{1,9}$/.test(side)) return { namespaces: keptSide(await readBefore(ports)), others: [] };
  if (/^[0-9]{1,9}$/.test(side)) return whole(await pickGeneration(ports, Number(side)));
  if (side === 'last' || side === 'previous') return whole(await pickGeneration(ports, side));
  if (side.endsWith('.fwplan')) {
    const { namespaces, state, state_path: path = state, state_name: name = path } = await loadPlanFile(ports, side);
    return { namespaces, others: await othersThan(ports, { ...(name === path ? {} : { name }), path, typed: state }) };
  }
  const [, folder, revision] = /^(.+)@([^@/]+(?:\/[^@]+)?)$/.exec(side) ?? [];
  if (folder === undefined || revision === undefined) return declare(ports, side, given);
  const files = await ports.git.filesAt(folder, revision);
  if (files === undefined)
    throw new FwError('state.missing', `git has no ${folder} at ${revision}`, {
      next: 'Correct the revision (git log --oneline shows commits), or the path in front of the @.',
    });
  const read = async (path: string): Promise<readonly StateFile[]> =>
    path === folder ? files : ports.stateFiles.read(path);
  const readList = (_root: string, path: string) =>
    ports.git.fileAt(folder, revision, `./${path.slice(folder.replace(/\/+$/, '').length + 1)}`);
  return declare({ ...ports, stateFiles: { read, readList }, templates: templatesAt(ports, revision) }, folder, given);
}

/** The templates of a revision are those that it holds, and those that come with fw. */
function templatesAt({ git, templates }: Ports, revision: string): TemplateFiles {
  return {
    async find(state, name) {
      for (const path of state === undefined || !isTemplateName(name) ? [] : ['./_templates', '../templates']) {
        const file = await git.fileAt(state ?? '', revision, `${path}/${name}.yaml`);
        if (file !== undefined) return file;
      }
      return templates.find(undefined, name);
    },
    names: () => templates.names(undefined),
  };
}

/** A state in the kernel's spelling, as it would be kept. What other states of this data folder have does not matter for a comparison. */
async function declare(ports: Ports, state: string, given: GivenValues): Promise<Side> {
  const source = { ...machineRules(ports), newest: async () => undefined };
  const path = ports.fullPath(state);
  const made = await makePlan(ports, { state, allowEmpty: false, context: 0, given }, source);
  const [planned] = made.about().made;
  const name = planned?.state.name ?? path;
  const identity = { ...(name === path ? {} : { name }), path, typed: state };
  return { namespaces: made.namespaces(), others: await othersThan(ports, identity) };
}

function whole({ generation }: NumberedGeneration): Side {
  return { namespaces: generation.namespaces, others: [] };
}

async function othersThan(ports: Ports, identity: StateIdentity): Promise<readonly KeptState[]> {
  return whichState((await newestGeneration(ports))?.generation.states ?? [], identity).others;
}
