import { BUILTIN } from '../../src/core/rules/builtin.ts';
import type { Chain, Policy, Rule, Table, TableName } from '../../src/core/rules/types.ts';

/**
 * A table written as iptables-save writes it, for tests: `:CHAIN POLICY [p:b]` and `[p:b] -A CHAIN rule` lines. Chains come into being where
 * they are first named, built-in chains that are not named are pristine, and what is left out (counters) stays unknown.
 */
export function tableOf(name: TableName, text: string): Table {
  const chains = new Map<string, { policy?: Policy; counters?: Rule['counters']; rules: Rule[] }>();
  for (const builtin of BUILTIN[name]) chains.set(builtin, { policy: 'ACCEPT', rules: [] });
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const parts = /^(?::(\S+) (ACCEPT|DROP|-)(?: \[(\d+):(\d+)\])?|(?:\[(\d+):(\d+)\] )?-A (\S+) (.*))$/.exec(line);
    if (parts === null) throw new Error(`not a line of a table: ${line}`);
    const [, declared, policy, packets, bytes, rulePackets, ruleBytes, owner, rule] = parts;
    const chain = chains.get(declared ?? owner ?? '') ?? { rules: [] };
    chains.set(declared ?? owner ?? '', chain);
    if (policy === 'ACCEPT' || policy === 'DROP') chain.policy = policy;
    if (packets !== undefined && bytes !== undefined) chain.counters = [packets, bytes];
    if (rule === undefined) continue;
    const counted = rulePackets !== undefined && ruleBytes !== undefined;
    chain.rules.push(counted ? { text: rule, counters: [rulePackets, ruleBytes] } : { text: rule });
  }
  return { name, chains: [...chains].map(([chain, rest]): Chain => ({ name: chain, ...rest }) as Chain) };
}

/** The table as iptables-save --counters prints it, from the table line to COMMIT; unknown counters are zero. */
export function saveText(table: Table): string {
  const word = (counters: Rule['counters']): string => `[${counters?.join(':') ?? '0:0'}]`;
  return [
    `*${table.name}`,
    ...table.chains.map(({ name, policy, counters }) => `:${name} ${policy ?? '-'} ${word(counters)}`),
    ...table.chains.flatMap(({ name, rules }) => rules.map((rule) => `${word(rule.counters)} -A ${name} ${rule.text}`)),
    'COMMIT',
    '',
  ].join('\n');
}
