import { FwError } from '../../core/diagnostics/errors.ts';
import { assemble } from '../../core/plan/assemble.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import { printStepEdits } from '../../core/plan/step-edits.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ports } from '../../ports/ports.ts';
import { normalise } from '../normal-form/normalise.ts';
import { normaliseSets } from '../normal-form/normalise-sets.ts';
import { loadDesired } from '../state/load-desired.ts';
import type { Draft } from './draft-state.ts';
import { noStateForRules } from './no-state-for-rules.ts';

/**
 * Plans from the rules to the documents that were made of them: there must be nothing to do. Throws `import.differs` where a state cannot hold a rule, or
 * would not give it back.
 */
export async function checkEqual(ports: Ports, drafts: readonly Draft[], folder: string): Promise<void> {
  await compare(ports, drafts, folder).catch((error: unknown) => {
    throw noStateForRules(error);
  });
}

async function compare(ports: Ports, drafts: readonly Draft[], folder: string): Promise<void> {
  const files = drafts.flatMap(({ file }) => file ?? []);
  const lists = drafts.flatMap((one) => one.lists);
  const live = drafts.map(({ source }) => source);
  const existing = live.flatMap(({ namespace }) => (namespace.kind === 'named' ? [namespace.name] : []));
  const stateFiles = {
    read: async () => files,
    readList: async (_: string, path: string) => lists.find((list) => list.path === path),
  };
  const { desired, sources } = await loadDesired({ stateFiles }, { path: folder, allowEmpty: false, existing });
  const byName = new Map(drafts.map((one) => [namespaceLabel(one.source.namespace), one]));
  const pairs = desired.namespaces.flatMap((namespace) => {
    const found = byName.get(namespaceLabel(namespace.namespace));
    return found === undefined ? [] : [{ desired: namespace, live: found.source, sets: found.sets }];
  });
  const claims = await normalise(ports.kernel, pairs, sources);
  const sets = await normaliseSets(
    ports.kernel,
    pairs.map((pair) => ({ desired: pair.desired.sets, live: pair.sets })),
    sources,
  );
  const inputs = pairs.map(({ desired: { owners }, live: { namespace, backend, rulesets } }, index) => ({
    namespace,
    backend,
    owners,
    live: rulesets,
    claims: claims[index] ?? [],
    sets: sets[index] ?? [],
  }));
  const { plan } = assemble(inputs, { context: 0, originOf: () => '' });
  const [step] = [...tableSteps(plan), ...setSteps(plan)];
  if (step === undefined) return;
  throw new FwError('import.differs', `${stepLabel(step)}: the documents would not give it back as it is`, {
    output: printStepEdits(step),
  });
}
