import type { Table } from './types.ts';

/** A rule that names something which lives beside the rules in its network namespace, and which only its own tool can make. */
export type NeedyRule = {
  readonly chain: string;
  readonly position: number;
  readonly text: string;
  readonly object: string;
};

/** A quick look that all needy rules pass. */
const MAY_NEED = /nfacct|timeout|rateest/i;

const OBJECTS: readonly { readonly pattern: RegExp; readonly kind: string }[] = [
  { pattern: /(?:^| )-m nfacct --nfacct-name +(\S+)/, kind: 'the accounting object' },
  { pattern: /(?:^| )-j CT (?:.* )?--timeout (\S+)/, kind: 'the conntrack timeout policy' },
];
const RATEEST = /(?:^| )-m rateest (?:.* )?--rateest[12]? (\S+)/;
const ESTIMATOR = /(?:^| )-j RATEEST --rateest-name (\S+)/;

/**
 * The rules of a table that no scratch namespace takes, because what they name is not there: `iptables-restore` says "No such file or
 * directory" or "Invalid argument" (1.8.9, both backends). An estimator whose own rule stands in the table is made with it.
 */
export function findNeedyRules(table: Table | undefined): readonly NeedyRule[] {
  if (table === undefined) return [];
  const known = found.get(table) ?? goThrough(table);
  found.set(table, known);
  return known;
}

/** Of tables that are asked for again, by the plan, its guards and its rehearsal; tables never change. */
const found = new WeakMap<Table, readonly NeedyRule[]>();

function goThrough(table: Table): readonly NeedyRule[] {
  const estimators = new Set<string>();
  const needy: NeedyRule[] = [];
  for (const { name, rules } of table.chains) {
    for (const [index, { text }] of rules.entries()) {
      if (!MAY_NEED.test(text)) continue;
      const estimator = text.includes('-j RATEEST') ? ESTIMATOR.exec(withoutQuoted(text))?.[1] : undefined;
      if (estimator !== undefined) estimators.add(estimator);
      const object = neededBy(text, estimators);
      if (object !== undefined) needy.push({ chain: name, position: index + 1, text, object });
    }
  }
  return needy;
}

function neededBy(text: string, estimators: ReadonlySet<string>): string | undefined {
  const plain = withoutQuoted(text);
  for (const { pattern, kind } of OBJECTS) {
    const name = pattern.exec(plain)?.[1];
    if (name !== undefined) return `${kind} ${name}`;
  }
  const name = RATEEST.exec(plain)?.[1];
  return name === undefined || estimators.has(name) ? undefined : `the rate estimator ${name}`;
}

function withoutQuoted(text: string): string {
  return text.includes('"') ? text.replace(/"(?:[^"\\]|\\.)*"/g, '""') : text;
}
