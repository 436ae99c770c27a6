import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES } from '../../core/rules/types.ts';
import type { GenerationStore } from '../../ports/ports.ts';
import type { Live } from './read-live.ts';
import type { SetRequest } from './read-sets.ts';

/** So few namespaces are all asked for their sets: that takes no longer than reading their rules, beside which it is done. */
const ALL_ASKED = 8;

/**
 * Which namespaces may hold sets of fw, for those of a run over many: where the state declares one, where a live rule names one of any program,
 * and where the newest generation had one. To ask each namespace costs as much as to read its rules again. What is missed is a set that no
 * rule names, of an apply that this data folder does not know.
 */
export async function mayHoldSets(
  generations: GenerationStore,
  requests: readonly SetRequest[],
  live: Promise<readonly Live[]>,
): Promise<readonly boolean[]> {
  if (requests.length <= ALL_ASKED) return requests.map(() => true);
  const [rulesets, kept] = await Promise.all([live, namespacesWithSets(generations)]);
  return requests.map(
    ({ namespace, declared }, index) =>
      declared.length > 0 || kept.has(namespaceLabel(namespace)) || namesSets(rulesets[index]),
  );
}

async function namespacesWithSets(generations: GenerationStore): Promise<ReadonlySet<string>> {
  const newest = (await generations.numbers()).at(-1);
  if (newest === undefined) return new Set();
  const { namespaces } = (await generations.read(newest)).generation;
  return new Set(namespaces.flatMap(({ namespace, sets }) => (sets.length === 0 ? [] : [namespaceLabel(namespace)])));
}

function namesSets(live: Live | undefined): boolean {
  return FAMILIES.some((family) =>
    live?.rulesets[family].tables.some(({ chains }) =>
      chains.some(({ rules }) => rules.some(({ text }) => text.includes('-set '))),
    ),
  );
}
