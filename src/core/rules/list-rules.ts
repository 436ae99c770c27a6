import { FAMILIES, type Family, type Ruleset } from './types.ts';

/** Rules that a message names; the rest is counted. */
const MOST_NAMED = 10;

/** The policies of a backend that drop, and its rules, the first of them in words. */
export function listRules(rulesets: Readonly<Record<Family, Ruleset>>): string {
  const chains = FAMILIES.flatMap((family) =>
    rulesets[family].tables.flatMap((table) =>
      table.chains.map((chain) => ({ where: `${family} ${table.name}`, chain })),
    ),
  );
  const policies = chains.flatMap(({ where, chain: { name, policy } }) =>
    policy === undefined || policy === 'ACCEPT' ? [] : [`${where}: -P ${name} ${policy}`],
  );
  const rules = chains.flatMap(({ where, chain }) =>
    chain.rules.map(({ text }) => `${where}: -A ${chain.name} ${text}`),
  );
  const all = [...policies, ...rules];
  const more = all.length - MOST_NAMED;
  return [...all.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

export function countRules(rulesets: Readonly<Record<Family, Ruleset>>): number {
  const chains = FAMILIES.flatMap((family) => rulesets[family].tables.flatMap((table) => table.chains));
  return chains.reduce((sum, { rules }) => sum + rules.length, 0);
}
