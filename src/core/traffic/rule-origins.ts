import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import type { Outcome, PathTraffic, Region, RulePlace } from '../packets/types/traffic.ts';
import { tableSteps } from '../plan/in-order.ts';
import type { Plan } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family, Table } from '../rules/types.ts';

/** Where a rule or a policy of the firewall after a plan was written; undefined where that is not known. */
export type FindOrigin = (rule: RulePlace) => Origin | undefined;

/** The places that a plan knows of one family of one namespace: those of its rows, then of the rules that stay in the tables that it changes. */
export function originsOf(
  plan: Plan,
  namespace: string,
  family: Family,
  originOf: ((span: Span) => Origin) | undefined,
): FindOrigin {
  const known = new Map<string, Origin>();
  const tables = new Map<string, Table>();
  for (const step of tableSteps(plan)) {
    if (step.family !== family || namespaceLabel(step.namespace) !== namespace) continue;
    tables.set(step.table, step.after);
    for (const { name, policy, lines } of step.chains) {
      if (policy?.origin !== undefined) known.set(keyOf({ table: step.table, chain: name }), policy.origin);
      for (const line of lines) {
        if (!('origin' in line) || line.origin === undefined) continue;
        known.set(keyOf({ table: step.table, chain: name, number: line.to }), line.origin);
      }
    }
  }
  return (rule) => {
    const row = known.get(keyOf(rule));
    if (row !== undefined || originOf === undefined) return row;
    const span = tables.get(rule.table)?.chains.find(({ name }) => name === rule.chain)?.rules[
      (rule.number ?? 0) - 1
    ]?.span;
    return span === undefined ? undefined : originOf(span);
  };
}

function keyOf({ table, chain, number = 0 }: Pick<RulePlace, 'table' | 'chain' | 'number'>): string {
  return `${table} ${number} ${chain}`;
}

/** Of namespaces that change alike: a place that is another one in one of them would be wrong for the others. */
export function sharedOrigins(finds: readonly FindOrigin[]): FindOrigin {
  return (rule) => {
    const [first, ...others] = finds.map((find) => find(rule));
    return others.every((other) => other === first) ? first : undefined;
  };
}

/** Rules of a path with their places. Rules of the side before have none: what is gone is written nowhere. */
export function withOrigins(path: PathTraffic, find: FindOrigin): PathTraffic {
  const place = <T extends RulePlace>(rule: T): T => {
    const origin = rule.origin ?? find(rule);
    return origin === undefined ? rule : { ...rule, origin };
  };
  const outcome = (one: Outcome): Outcome => ({ ...one, by: place(one.by) });
  const region = (one: Region): Region => ({
    ...one,
    will: outcome(one.will),
    rule: one.rule.side === 'after' ? place(one.rule) : one.rule,
  });
  return { ...path, regions: path.regions.map(region) };
}
