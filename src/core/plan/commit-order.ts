import type { Transaction } from '../restore/edit.ts';
import { FAMILIES } from '../ruleset/types.ts';
import type { Step } from './types.ts';

/** One run of iptables-restore. Of a step it is the first, the last, or both. */
export type Commit<Item> = {
  readonly item: Item;
  readonly transactions: readonly Transaction[];
  readonly isFirst: boolean;
  readonly isLast: boolean;
};

/**
 * The steps of one namespace as runs of iptables-restore, in order. A step that hands hashlimit tables over has two transactions. Where other
 * tables of the family change as well, the first commits of all come before everything else: a name is free when no table holds it.
 */
export function commitOrder<Item extends { readonly step: Step }>(items: readonly Item[]): readonly Commit<Item>[] {
  const groups = FAMILIES.map((family) => items.filter(({ step }) => step.family === family));
  return groups.flatMap((group): Commit<Item>[] => {
    if (group.length === 1) return group.map((item) => whole(item));
    const early = group.flatMap((item) =>
      item.step.edits.length < 2
        ? []
        : [{ item, transactions: item.step.edits.slice(0, 1), isFirst: true, isLast: false }],
    );
    const late = group.map((item) =>
      item.step.edits.length < 2
        ? whole(item)
        : { item, transactions: item.step.edits.slice(1), isFirst: false, isLast: true },
    );
    return [...early, ...late];
  });
}

function whole<Item extends { readonly step: Step }>(item: Item): Commit<Item> {
  return { item, transactions: item.step.edits, isFirst: true, isLast: true };
}
