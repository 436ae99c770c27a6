import { FAMILIES } from '../ruleset/types.ts';
import { commitsOf } from './hand-over.ts';
import type { Step } from './types.ts';

/** One run of iptables-restore. Of a step it is the first, the last, or both. */
export type Commit<Item> = {
  readonly item: Item;
  readonly text: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
};

/**
 * The steps of one namespace as runs of iptables-restore, in order. A step that hands hashlimit tables over has two commits in its text. Where other
 * tables of the family change as well, the first commits of all come before everything else: a name is free when no table holds it.
 */
export function commitOrder<Item extends { readonly step: Step }>(items: readonly Item[]): readonly Commit<Item>[] {
  const groups = FAMILIES.map((family) => items.filter(({ step }) => step.family === family));
  return groups.flatMap((group): Commit<Item>[] => {
    if (group.length === 1) return group.map((item) => whole(item));
    const parts = group.map((item) => ({ item, commits: commitsOf(item.step.restore) }));
    const early = parts.flatMap(({ item, commits }) => {
      const [first] = commits;
      return first === undefined || commits.length === 1 ? [] : [{ item, text: first, isFirst: true, isLast: false }];
    });
    const late = parts.map(({ item, commits }) =>
      commits.length === 1 ? whole(item) : { item, text: commits.slice(1).join(''), isFirst: false, isLast: true },
    );
    return [...early, ...late];
  });
}

function whole<Item extends { readonly step: Step }>(item: Item): Commit<Item> {
  return { item, text: item.step.restore, isFirst: true, isLast: true };
}
