import { chainEdits } from '../diff/chain-edits.ts';
import type { ChainDiff, TableDiff } from '../diff/types.ts';
import type { Ownership } from '../ownership/ownership.ts';
import { addEdit, type Edit, isZero, type Transaction } from '../restore/edit.ts';
import { printTransaction } from '../restore/print-edits.ts';
import { BUILTIN } from '../rules/builtin.ts';
import type { Backend, Counters, Rule, Table } from '../rules/types.ts';
import { pinForeign } from './pin-foreign.ts';

/*
 * Goals
 * 1. One transaction. The kernel commits a table as a whole, so no packet ever meets half a change.
 * 2. Smallest. What stays is not mentioned: it keeps its counters and, on nft, the inner state of its matches.
 * 3. Never destroy what was not looked at. A chain that another program made meanwhile, a rule that it added to a chain of its own
 *    and a policy that does not change are left as they are, or the whole transaction is refused.
 * 4. Counters survive. A rule that moves, one of which only a comment changes, and one that comes back on the way back of an apply, starts with the counters it had.
 * 5. Same input, same bytes.
 *
 * How each is met
 * - 1 and 2: `-N` of new chains first, so that every jump finds its target whatever the order of chains. Then chain by chain
 *   deletes by number from the bottom up and inserts by number from the top down: no number is ever shifted by
 *   an earlier line. Last `-F` of all removed chains, then `-X`: by then no rule jumps to them. `-D n` and `-I n` keep the
 *   counters of all other rules, `-R` would zero its own, so it is not used.
 * - 2: a chain of ours of which nothing stays is flushed and appended to, which is shorter and loses nothing.
 * - 3: new chains come by `-N`, which fails where the chain exists; a `:chain` line would empty it under --noflush.
 *   In chains that are not ours deletes go by text and flushes do not exist, see `foreignChainEdits`.
 *   A built-in chain gets a `:CHAIN POLICY` line only if its policy changes, except:
 * - 4: on legacy each commit zeroes the policy counters of the whole table, so the known ones are written back. On nft such
 *   a line is needed only for a changed policy, whose counters start anew.
 * - 5: order comes from the diff and the hook order alone.
 *
 * Proven on iptables 1.8.9, both backends, in test/kernel/compile.test.ts.
 */

/** A chain of which nothing stays is flushed if it loses more rules than this; fewer are cheap to delete one by one. */
const FEW = 3;

export type CompileOptions = {
  readonly backend: Backend;
  readonly ownership: Ownership;
  /** The live table that the diff starts from; undefined if it is pristine. */
  readonly before: Table | undefined;
};

/**
 * Edits that turn one side of the diff into the other; undefined when nothing changes.
 * Throws where they would touch what is not ours, and on a rule that no line of restore text can carry: both are bugs of the caller.
 */
export function compile(diff: TableDiff, options: CompileOptions): Transaction | undefined {
  if (diff.chains.length === 0) return undefined;
  const pinned = pinForeign(diff, options.ownership).chains;
  const removed = pinned.filter((chain) => chain.after === undefined);
  const edits: Transaction = [
    ...pinned
      .filter((chain) => chain.before === undefined)
      .map(({ name }): Edit => ({ kind: 'new chain', chain: name })),
    ...pinned.flatMap((chain) =>
      options.ownership.ownsChain(chain.name) ? ownChainEdits(chain) : foreignChainEdits(chain),
    ),
    ...removed.map(({ name }): Edit => ({ kind: 'flush', chain: name })),
    ...removed.map(({ name }): Edit => ({ kind: 'delete chain', chain: name })),
    ...policyEdits(diff, options),
  ];
  // What no line can carry is refused here and not when it is to be run.
  printTransaction(diff.name, edits);
  return edits;
}

function ownChainEdits(diff: ChainDiff): readonly Edit[] {
  const { name, before, after, kept } = diff;
  if (after === undefined) return [];
  const { removed, added, moves, recommented } = chainEdits(diff);
  const isFlushed = kept.length === 0 && removed.length > FEW;
  const deletes = isFlushed
    ? [{ kind: 'flush', chain: name } as const]
    : removed.toReversed().map((from): Edit => ({ kind: 'delete at', chain: name, place: from + 1 }));
  const lastKept = kept.at(-1)?.[1] ?? -1;
  const inserts = added.flatMap((to) => {
    const rule = after.rules[to];
    if (rule === undefined) return [];
    const from = moves.get(to) ?? recommented.get(to);
    const counters = known(from === undefined ? undefined : before?.rules[from]?.counters) ?? rule.counters;
    return [addEdit(name, to > lastKept ? 'end' : to + 1, rule.text, counters)];
  });
  return [...deletes, ...inserts];
}

function policyEdits(diff: TableDiff, { backend, before }: CompileOptions): readonly Edit[] {
  return BUILTIN[diff.name].flatMap((name): Edit[] => {
    const changed = diff.chains.find((chain) => chain.name === name);
    const old = changed?.before ?? before?.chains.find((chain) => chain.name === name);
    const policy = changed?.after?.policy ?? old?.policy ?? 'ACCEPT';
    if (policy !== (old?.policy ?? 'ACCEPT')) {
      return [{ kind: 'policy', chain: name, policy, counters: changed?.after?.counters ?? ['0', '0'] }];
    }
    const counters = known(changed?.after?.counters) ?? known(old?.counters);
    return backend === 'legacy' && counters !== undefined ? [{ kind: 'policy', chain: name, policy, counters }] : [];
  });
}

/** Counters that say something: zero is what the kernel starts with anyway. */
function known(counters: Counters | undefined): Counters | undefined {
  return counters === undefined || isZero(counters) ? undefined : counters;
}

/**
 * Edits of our jumps in a chain that others write to as well; `diff` must have come through `pinForeign`.
 *
 * Deletes go by the full text, since a number from an older snapshot may meanwhile stand for another program's rule. They hit the first equal
 * rule, so where one of several equal jumps goes, all of that text go and those that stay come back with their counters.
 * Inserts go to the place they had in the plan: first and last stay exact whatever others add.
 */
function foreignChainEdits(diff: ChainDiff): readonly Edit[] {
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
