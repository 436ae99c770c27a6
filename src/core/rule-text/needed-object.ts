import { MATCHES, type Needs } from '../extensions/matches.ts';
import { TARGETS } from '../extensions/targets.ts';
import type { Table } from '../rules/types.ts';

/** A rule that names something which lives beside the rules in its network namespace, and which only its own tool can make. */
type RuleWithObject = {
  readonly chain: string;
  readonly position: number;
  readonly text: string;
  readonly object: string;
};

type Pattern = { readonly pattern: RegExp; readonly what: string; readonly madeBy?: RegExp };

const PATTERNS: readonly Pattern[] = [
  ...Object.entries(MATCHES).flatMap(([name, { needs }]) => patternOf(`-m ${name}`, needs)),
  ...Object.entries(TARGETS).flatMap(([name, { needs }]) => patternOf(`-j ${name}`, needs)),
];

/** A quick look that all rules with such an object pass. */
const MAY_NEED = new RegExp(
  [...Object.values(MATCHES), ...Object.values(TARGETS)]
    .flatMap(({ needs }) => needs?.options ?? [])
    .map((option) => option.slice(2))
    .join('|'),
);

function patternOf(extension: string, needs: Needs | undefined): readonly Pattern[] {
  if (needs === undefined) return [];
  const { options, what, madeBy } = needs;
  const pattern = new RegExp(`(?:^| )${extension} (?:.* )?(?:${options.join('|')}) +(\\S+)`);
  return madeBy === undefined
    ? [{ pattern, what }]
    : [{ pattern, what, madeBy: new RegExp(`(?:^| )-j ${madeBy.target} ${madeBy.option} (\\S+)`) }];
}

/**
 * The rules of a table that no scratch namespace takes, because what they name is not there: `iptables-restore` says "No such file or
 * directory" or "Invalid argument" (1.8.9, both backends). An estimator whose own rule stands in the table is made with it.
 */
export function findRulesWithObjects(table: Table | undefined): readonly RuleWithObject[] {
  if (table === undefined) return [];
  const known = found.get(table) ?? goThrough(table);
  found.set(table, known);
  return known;
}

/** Of tables that are asked for again, by the plan, its guards and its rehearsal; tables never change. */
const found = new WeakMap<Table, readonly RuleWithObject[]>();

function goThrough(table: Table): readonly RuleWithObject[] {
  const made = new Set<string>();
  const withObjects: RuleWithObject[] = [];
  for (const { name, rules } of table.chains) {
    for (const [index, { text }] of rules.entries()) {
      if (!MAY_NEED.test(text)) continue;
      const plain = withoutQuoted(text);
      for (const object of PATTERNS.flatMap(({ what, madeBy }) => nameIn(plain, what, madeBy))) made.add(object);
      const object = PATTERNS.flatMap(({ what, pattern }) => nameIn(plain, what, pattern)).find(
        (one) => !made.has(one),
      );
      if (object !== undefined) withObjects.push({ chain: name, position: index + 1, text, object });
    }
  }
  return withObjects;
}

function nameIn(text: string, what: string, pattern: RegExp | undefined): readonly string[] {
  const name = pattern?.exec(text)?.[1];
  return name === undefined ? [] : [`${what} ${name}`];
}

function withoutQuoted(text: string): string {
  return text.includes('"') ? text.replace(/"(?:[^"\\]|\\.)*"/g, '""') : text;
}
