import fc from 'fast-check';
import { BUILTIN } from '../../src/core/rules/builtin.ts';
import type { Chain, Counters, Rule, Table, TableName } from '../../src/core/rules/types.ts';

/** Few user chains with a fixed order: a chain jumps only to later ones, so no loop can come up. */
const USER_CHAINS = ['a-first', 'b-second', 'c-third', 'd-fourth'] as const;

/** Texts as iptables-save 1.8.9 prints them on both backends; few enough that repeats and moves are common. */
const PLAIN_RULES: readonly string[] = [
  '-j ACCEPT',
  '-d 10.1.0.0/16 -p tcp -j ACCEPT',
  '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ...[1, 2, 3, 4].map((host) => `-s 10.0.0.${host}/32 -j DROP`),
  ...[22, 80, 443, 8080].map((port) => `-p tcp -m tcp --dport ${port} -j ACCEPT`),
  '-p udp -m udp --dport 53 -m comment --comment "a name, \\"quoted\\"" -j ACCEPT',
];

/** A whole table: valid rules, jumps without loops, policies, and any user chains. Counters are left out. */
export function arbitraryTable(options: {
  readonly name: TableName;
  readonly builtin?: readonly string[];
  readonly maxRules?: number;
  /** No text occurs twice in a chain. */
  readonly distinct?: boolean;
}): fc.Arbitrary<Table> {
  const builtin = BUILTIN[options.name];
  const used = new Set(options.builtin ?? builtin);
  const maxRules = options.maxRules ?? 12;
  return fc.subarray([...USER_CHAINS]).chain((users) => {
    const rulesOf = (targets: readonly string[]) =>
      options.distinct === true
        ? fc.uniqueArray(arbitraryRule(options.name, targets), { maxLength: maxRules, selector: (rule) => rule.text })
        : fc.array(arbitraryRule(options.name, targets), { maxLength: maxRules });
    const builtinChains = builtin.map((name) =>
      fc.record({
        name: fc.constant(name),
        policy:
          options.name === 'nat' ? fc.constant('ACCEPT' as const) : fc.constantFrom('ACCEPT' as const, 'DROP' as const),
        rules: used.has(name) ? rulesOf(users) : fc.constant([]),
      }),
    );
    const userChains = users.map((name, index) =>
      fc.record({ name: fc.constant<string>(name), rules: rulesOf(users.slice(index + 1)) }),
    );
    return fc
      .tuple(...builtinChains, ...userChains)
      .map((chains): Table => ({ name: options.name, chains: chains as readonly Chain[] }));
  });
}

function arbitraryRule(table: TableName, targets: readonly string[]): fc.Arbitrary<Rule> {
  // iptables refuses DROP in the nat table.
  const plain = table === 'nat' ? PLAIN_RULES.map((text) => text.replace('DROP', 'RETURN')) : PLAIN_RULES;
  const jumps = targets.flatMap((target) => [`-j ${target}`, `-p tcp -m tcp --dport 25 -j ${target}`]);
  return fc.constantFrom(...plain, ...jumps).map((text) => ({ text }));
}

/** The same table with counters on every rule and every policy, no two alike, so that a test sees which rule a counter came from. */
export function withCounters(table: Table, start = 1): Table {
  let next = start;
  const counters = (): Counters => {
    next += 1;
    return [String(next), String(next * 100)];
  };
  const chains = table.chains.map((chain) => ({
    ...chain,
    ...(chain.policy && { counters: counters() }),
    rules: chain.rules.map((rule) => ({ ...rule, counters: counters() })),
  }));
  return { ...table, chains };
}
