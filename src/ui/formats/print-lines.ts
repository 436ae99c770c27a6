import { listChanges } from '../../core/document/list-changes.ts';
import { summaryOf } from '../../core/document/summary-of.ts';
import type { PlanReport, ResourceChange, Side } from '../../core/document/types.ts';
import { field } from './field.ts';

const SIGN = { create: '+', delete: '-', update: '~', move: '>' } as const;

/**
 * One line for each change of the kernel, for grep, awk and cut: sign, host, namespace, family, table, chain, `old:new` position, rule, then
 * remarks as `key=value`. Fields stand apart by tabs, and no field can hold one. The last line has the sums.
 */
export function printLines({ plan, host }: PlanReport): string {
  const changes = listChanges(plan.steps).map((change) => line(field(host), change));
  const { add, change, move, remove, policies, chains_added, chains_removed, namespaces } = summaryOf(plan);
  const sums = { add, change, move, remove, policies, chains_added, chains_removed };
  const words = Object.entries(sums).map(([name, count]) => `${name}=${count}`);
  const all = namespaces.changed + namespaces.unchanged;
  return `${[...changes, ['=', 'summary', ...words, `namespaces=${namespaces.changed}/${all}`].join('\t')].join('\n')}\n`;
}

function line(host: string, resource: ResourceChange): string {
  const { namespace, family, table, chain, change, type } = resource;
  const [action] = change.actions;
  const place = [SIGN[action], host, field(namespace), family, table, field(chain)];
  const what = type === 'rule' ? ruleFields(resource) : [type, ...otherFields(resource)];
  return [...place, ...what, ...remarks(resource)].join('\t');
}

function ruleFields({ change: { before, after } }: ResourceChange): readonly string[] {
  return [`${positionOf(before)}:${positionOf(after)}`, field(textOf(after) ?? textOf(before) ?? '')];
}

function otherFields({ change: { before, after } }: ResourceChange): readonly string[] {
  return [[policyOf(before), policyOf(after)].filter((policy) => policy !== '').join(' ') || '-'];
}

function remarks({ change, source, counters, type }: ResourceChange): readonly string[] {
  const [action] = change.actions;
  const was = type === 'rule' && action === 'update' ? textOf(change.before) : undefined;
  return [
    ...(source === null ? [] : [`source=${field(`${source.file}:${source.start.line}`)}`]),
    ...(counters === null ? [] : [`packets=${field(counters.packets)}`]),
    ...(was === undefined ? [] : [`was=${field(was)}`]),
  ];
}

function positionOf(side: Side | null): string {
  return side !== null && 'position' in side ? String(side.position) : '-';
}

function textOf(side: Side | null): string | undefined {
  return side !== null && 'rule' in side ? side.rule : undefined;
}

function policyOf(side: Side | null): string {
  return side !== null && 'policy' in side ? side.policy : '';
}
