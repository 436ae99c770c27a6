import { chainEdits } from '../diff/chain-edits.ts';
import type { ChainDiff } from '../diff/types.ts';
import { addEdit, type Edit } from '../restore/edit.ts';
import type { Rule } from '../rules/types.ts';

/**
 * Edits of our jumps in a chain that others write to as well; `diff` must have come through `pinForeign`.
 *
 * Deletes go by the full text, since a number from an older snapshot may meanwhile stand for another program's rule. They hit the first equal
 * rule, so where one of several equal jumps goes, all of that text go and those that stay come back with their counters.
 * Inserts go to the place they had in the plan: first and last stay exact whatever others add.
 */
export function foreignChainEdits(diff: ChainDiff): readonly Edit[] {
  const before = diff.before?.rules ?? [];
  const after = diff.after?.rules ?? [];
  const { removed, added } = chainEdits(diff);
  const going = new Map<string, Rule[]>();
  for (const from of removed) going.set(before[from]?.text ?? '', []);
  const edits: Edit[] = [];
  for (const rule of before) {
    going.get(rule.text)?.push(rule);
    if (going.has(rule.text)) edits.push({ kind: 'delete rule', chain: diff.name, text: rule.text });
  }

  const isNew = new Set(added);
  const coming = after.flatMap((rule, to) => (isNew.has(to) || going.has(rule.text) ? [to] : []));
  const isComing = new Set(coming);
  const lastStaying = after.findLastIndex((_, to) => !isComing.has(to));
  for (const to of coming) {
    const rule = after[to];
    if (rule === undefined) continue;
    const counters = going.get(rule.text)?.shift()?.counters ?? rule.counters;
    edits.push(addEdit(diff.name, to > lastStaying && to > 0 ? 'end' : to + 1, rule.text, counters));
  }
  return edits;
}
