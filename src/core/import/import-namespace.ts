import { jumpOf } from '../rule-text/jumps.ts';
import { isBuiltin, isPristine, TABLES } from '../rules/builtin.ts';
import type { Chain, Family, Rule, Ruleset, Table, TableName } from '../rules/types.ts';
import { inDocumentOf, mergeRules } from './merge-rules.ts';
import type { ImportedChain, ImportedTable } from './print-document.ts';

export type ImportedFamilies = {
  /** Tables whose chains and policies are the same in both families. */
  readonly both: readonly ImportedTable[];
  readonly ipv4: readonly ImportedTable[];
  readonly ipv6: readonly ImportedTable[];
};

/**
 * Tables of a namespace as documents declare them. `isLeftOut` names chains of others, which are left out together with the jumps to
 * them. Tables that hold nothing are left out. A table is written once for both families where both have the same chains and policies.
 */
export function importNamespace(
  rulesets: Readonly<Record<Family, Ruleset>>,
  isLeftOut: (table: TableName, chain: string) => boolean,
): ImportedFamilies {
  const result = { both: [] as ImportedTable[], ipv4: [] as ImportedTable[], ipv6: [] as ImportedTable[] };
  for (const name of TABLES) {
    const ipv4 = ownTable(rulesets.ipv4, name, isLeftOut);
    const ipv6 = ownTable(rulesets.ipv6, name, isLeftOut);
    if (ipv4 !== undefined && ipv6 !== undefined && haveSameFrame(ipv4, ipv6))
      result.both.push(mergeTables(ipv4, ipv6));
    else {
      if (ipv4 !== undefined) result.ipv4.push(oneFamily(ipv4, 'ipv4'));
      if (ipv6 !== undefined) result.ipv6.push(oneFamily(ipv6, 'ipv6'));
    }
  }
  return result;
}

function ownTable(
  ruleset: Ruleset,
  name: TableName,
  isLeftOut: (table: TableName, chain: string) => boolean,
): Table | undefined {
  const found = ruleset.tables.find((table) => table.name === name);
  if (found === undefined) return undefined;
  const isOut = (chain: string) => !isBuiltin(name, chain) && isLeftOut(name, chain);
  const keepsRule = (rule: Rule) => !isOut(jumpOf(rule)?.chain ?? '');
  const chains = found.chains
    .filter((chain) => !isOut(chain.name))
    .map((chain) => ({ ...chain, rules: chain.rules.filter(keepsRule) }));
  const table = { name, chains };
  return isPristine(table) ? undefined : table;
}

function haveSameFrame(a: Table, b: Table): boolean {
  const frame = (table: Table) =>
    table.chains
      .map(({ name, policy }) => `${name} ${policy ?? '-'}`)
      .sort()
      .join('\n');
  return frame(a) === frame(b);
}

function mergeTables(ipv4: Table, ipv6: Table): ImportedTable {
  const other = new Map(ipv6.chains.map((chain) => [chain.name, chain]));
  const chains = ipv4.chains.map((chain) =>
    imported(chain, mergeRules(chain.rules, other.get(chain.name)?.rules ?? [])),
  );
  return { name: ipv4.name, chains: chains.filter(saysSomething) };
}

/** The document is about one family, so only a rule that seems to be of the other one needs to say it. */
function oneFamily(table: Table, family: Family): ImportedTable {
  const chains = table.chains.map((chain) =>
    imported(
      chain,
      chain.rules.map(({ text }) => inDocumentOf(text, family)),
    ),
  );
  return { name: table.name, chains: chains.filter(saysSomething) };
}

function imported(chain: Chain, rules: ImportedChain['rules']): ImportedChain {
  return chain.policy === undefined ? { name: chain.name, rules } : { name: chain.name, policy: chain.policy, rules };
}

/** A built-in chain that accepts and holds nothing need not be written: an exclusive table has it so. */
function saysSomething({ policy, rules }: ImportedChain): boolean {
  return policy !== 'ACCEPT' || rules.length > 0;
}
