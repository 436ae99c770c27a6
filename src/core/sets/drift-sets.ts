import type { Namespace } from '../rules/types.ts';
import { compileSet } from './compile-set.ts';
import { linesOf } from './ipset/lines.ts';
import { parseHeader } from './ipset/parse-header.ts';
import type { KeptSet, LiveSet, SetPair, SetStep } from './ipset/types.ts';
import { pairKept } from './keep-sets.ts';

/** What happened to declared sets: from what was declared to what is live, as steps without edits. */
export function driftSets(namespace: Namespace, pairs: readonly SetPair[]): readonly SetStep[] {
  return pairs.flatMap((pair): SetStep[] => {
    const step = compileSet(namespace, pair, undefined);
    return step === undefined ? [] : [turnRound(step)];
  });
}

const OPPOSITE = { create: 'destroy', destroy: 'create', update: 'update', replace: 'replace' } as const;

/** The step that leads back, as a difference to be read: nothing is run from it. */
function turnRound(step: SetStep): SetStep {
  const { headers, counts, examples } = step;
  return {
    ...step,
    change: OPPOSITE[step.change],
    headers: {
      ...(headers.after === undefined ? {} : { before: headers.after }),
      ...(headers.before === undefined ? {} : { after: headers.before }),
    },
    counts: { before: counts.after, after: counts.before },
    added: step.removed,
    removed: step.added,
    examples: { added: examples.removed, removed: examples.added },
    edits: [],
    reverse: [],
    digests: { before: step.digests.after, after: step.digests.before },
  };
}

/** What differs between two declarations of sets, as steps without edits. */
export function compareSets(
  namespace: Namespace,
  before: readonly KeptSet[],
  after: readonly KeptSet[],
): readonly SetStep[] {
  const live = before.map(({ name, header, entries = '' }): LiveSet => {
    const lines = entries === '' ? [] : entries.slice(0, -1).split('\n');
    return { name, header: parseHeader(header), references: 0, entries: linesOf(lines), passing: [] };
  });
  return pairKept(after, live).flatMap((pair): SetStep[] => {
    const step = compileSet(namespace, pair, undefined);
    return step === undefined ? [] : [{ ...step, edits: [], reverse: [] }];
  });
}
