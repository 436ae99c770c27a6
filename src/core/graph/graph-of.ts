import { jumpOf } from '../rule-text/jumps.ts';
import { isBuiltin } from '../rules/builtin.ts';
import { chainsByName } from '../rules/chains-by-name.ts';
import type { Chain, Family, Rule, Table, TableName } from '../rules/types.ts';
import type { Graph, GraphChain, GraphChange, GraphJump, GraphVerdict } from './types.ts';

/** One table as it is drawn: with both sides of a plan, or one side twice. */
export type DrawnTable = {
  readonly family: Family;
  readonly table: TableName;
  readonly before: Table | undefined;
  readonly after: Table | undefined;
  /** Whose a chain is, in words; undefined where that is not known. */
  readonly ownerOf: (chain: string) => string | undefined;
};

/** Chains and the jumps between them. Of a chain that is on both sides the rules of `after` are told; of a jump too, unless it is gone. */
export function graphOf(tables: readonly DrawnTable[]): Graph {
  const parts = tables.map(drawTable);
  return { chains: parts.flatMap(({ chains }) => chains), jumps: parts.flatMap(({ jumps }) => jumps) };
}

function drawTable({ family, table, before, after, ownerOf }: DrawnTable): Graph {
  const [old, fresh] = [chainsByName(before), chainsByName(after)];
  const jumps = jumpsOf(old, fresh).map((jump): GraphJump => ({ family, table, ...jump }));
  const reached = reachedFrom(table, jumps);
  const names = new Set([...fresh.keys(), ...old.keys()]);
  const chains = [...names].flatMap((name): GraphChain[] => {
    const chain = fresh.get(name) ?? old.get(name);
    if (chain === undefined) return [];
    const builtin = isBuiltin(table, name);
    return [
      {
        family,
        table,
        chain: name,
        builtin,
        policy: chain.policy ?? null,
        // iptables-save prints counters of chains without a policy too, which count nothing.
        packets: chain.policy === undefined ? null : (chain.counters?.[0] ?? null),
        rules: chain.rules.length,
        ...differencesOf(old.get(name), fresh.get(name)),
        verdicts: verdictsOf(chain.rules, names),
        owner: builtin ? null : (ownerOf(name) ?? 'foreign'),
        reachable: builtin || reached.has(name),
        change: changeOf(old.has(name), fresh.has(name)),
      },
    ];
  });
  return { chains, jumps };
}

function changeOf(wasThere: boolean, isThere: boolean): GraphChange {
  if (wasThere && isThere) return 'kept';
  return isThere ? 'new' : 'gone';
}

/** Rules are compared by their text, equal ones as often as they stand there. */
function differencesOf(
  was: Chain | undefined,
  is: Chain | undefined,
): Pick<GraphChain, 'rules_added' | 'rules_removed' | 'reordered' | 'policy_before'> {
  if (was === is) return { rules_added: 0, rules_removed: 0, reordered: false, policy_before: null };
  const left = new Map<string, number>();
  for (const { text } of was?.rules ?? []) left.set(text, (left.get(text) ?? 0) + 1);
  let [added, removed] = [0, was?.rules.length ?? 0];
  for (const { text } of is?.rules ?? []) {
    const count = left.get(text) ?? 0;
    if (count === 0) added += 1;
    else {
      left.set(text, count - 1);
      removed -= 1;
    }
  }
  const isOther = was?.policy !== undefined && is?.policy !== undefined && was.policy !== is.policy;
  const isSame = added + removed === 0;
  const reordered = isSame && (was?.rules ?? []).some(({ text }, at) => is?.rules[at]?.text !== text);
  return { rules_added: added, rules_removed: removed, reordered, policy_before: isOther ? was.policy : null };
}

type Leading = { readonly goto: boolean; readonly rules: readonly Rule[] };

function jumpsOf(
  old: ReadonlyMap<string, Chain>,
  fresh: ReadonlyMap<string, Chain>,
): readonly Omit<GraphJump, 'family' | 'table'>[] {
  const sides = [old, fresh].map(
    (side) => new Map([...side].map(([name, { rules }]) => [name, leadingOf(rules, side)])),
  );
  const [was, is] = [sides[0] ?? new Map(), sides[1] ?? new Map()];
  return [...new Set([...fresh.keys(), ...old.keys()])].flatMap((from) => {
    const [before, after]: readonly (ReadonlyMap<string, Leading> | undefined)[] = [was.get(from), is.get(from)];
    const targets = new Set([...(after?.keys() ?? []), ...(before?.keys() ?? [])]);
    return [...targets].map((to) => {
      const leading = after?.get(to) ?? before?.get(to);
      const { goto = false, rules = [] } = leading ?? {};
      const change = changeOf(before?.has(to) === true, after?.has(to) === true);
      return { from, to, goto, rules: rules.length, packets: packetsOf(rules), change };
    });
  });
}

function leadingOf(rules: readonly Rule[], known: ReadonlyMap<string, unknown>): ReadonlyMap<string, Leading> {
  const found = new Map<string, { goto: boolean; rules: Rule[] }>();
  for (const rule of rules) {
    const jump = jumpOf(rule);
    if (jump === undefined || !known.has(jump.chain)) continue;
    const one = found.get(jump.chain) ?? { goto: false, rules: [] };
    one.goto ||= jump.kind === 'goto';
    one.rules.push(rule);
    found.set(jump.chain, one);
  }
  return found;
}

function verdictsOf(rules: readonly Rule[], chains: ReadonlySet<string>): readonly GraphVerdict[] {
  const found = new Map<string, Rule[]>();
  for (const rule of rules) {
    const target = jumpOf(rule)?.chain ?? 'no target';
    if (chains.has(target)) continue;
    const one = found.get(target);
    if (one === undefined) found.set(target, [rule]);
    else one.push(rule);
  }
  return [...found].map(([target, all]) => ({ target, rules: all.length, packets: packetsOf(all) }));
}

/** Null where one of them has no counter: a sum of the others would be too little. */
function packetsOf(rules: readonly Rule[]): string | null {
  let sum = 0n;
  for (const { counters } of rules) {
    if (counters === undefined) return null;
    sum += BigInt(counters[0]);
  }
  return String(sum);
}

/** By jumps that are not gone. */
function reachedFrom(table: TableName, jumps: readonly GraphJump[]): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const { from, to, change } of jumps) {
    if (change === 'gone') continue;
    const known = next.get(from);
    if (known === undefined) next.set(from, [to]);
    else known.push(to);
  }
  const waiting = [...next.keys()].filter((chain) => isBuiltin(table, chain));
  const reached = new Set<string>();
  for (let chain = waiting.pop(); chain !== undefined; chain = waiting.pop()) {
    for (const to of next.get(chain) ?? []) {
      if (reached.has(to)) continue;
      reached.add(to);
      waiting.push(to);
    }
  }
  return reached;
}
