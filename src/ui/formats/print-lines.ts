import { listChanges } from '../../core/plan/view/list-changes.ts';
import type { ResourceChange, SetChange, Side, TableChange } from '../../core/plan/view/types.ts';
import { summaryOf } from '../../core/report/summary-of.ts';
import type { PlanReport, Source } from '../../core/report/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { selectionWords } from '../../core/selection/selection-words.ts';
import { checksToRun, checkText } from '../plan/check-text.ts';
import { declaredTexts } from '../plan/declared-text.ts';
import { field } from '../text/field.ts';
import { trafficLines } from './traffic-lines.ts';

const SIGN = { create: '+', delete: '-', update: '~', move: '>' } as const;

/**
 * One line for each change of the kernel, for grep, awk and cut: sign, host, namespace, family, table, chain, `old:new` position, rule, then
 * remarks as `key=value`. A check has the sign `?` and stands in full; what becomes of traffic has `*`. Fields stand apart by tabs, and no field can hold one. The last line has the sums.
 */
export function printLines({ plan, host, checks, selection, declared = [], traffic = [] }: PlanReport): string {
  const changes = listChanges(plan).map((change) => line(field(host), change));
  const probes = checksToRun({ plan, checks }).map((check) => {
    const { what, terms } = checkText(check);
    return [
      '?',
      field(host),
      field(namespaceLabel(check.from)),
      '-',
      '-',
      '-',
      'check',
      field(what),
      field(terms),
    ].join('\t');
  });
  const about = [
    ...(selection === undefined ? [] : [['=', 'selection', ...selectionWords(selection).map(field)].join('\t')]),
    ...declaredTexts(declared).map((text) => ['=', 'declared', field(text)].join('\t')),
  ];
  const packets = traffic.flatMap((one) => trafficLines(field(host), one));
  const { namespaces, ...sums } = summaryOf(plan);
  const words = Object.entries(sums).map(([name, count]) => `${name}=${count}`);
  const all = namespaces.changed + namespaces.unchanged;
  return `${[...changes, ...probes, ...packets, ...about, ['=', 'summary', ...words, `namespaces=${namespaces.changed}/${all}`].join('\t')].join('\n')}\n`;
}

function line(host: string, resource: ResourceChange): string {
  if (resource.type === 'set') return setLine(host, resource);
  const { namespace, family, table, chain, change, type } = resource;
  const [action] = change.actions;
  const place = [SIGN[action], host, field(namespace), family, table, field(chain)];
  const what = type === 'rule' ? ruleFields(resource) : [type, ...otherFields(resource)];
  return [...place, ...what, ...remarks(resource)].join('\t');
}

/** A set has no table, and its name stands in the place of the chain. */
function setLine(host: string, { namespace, family, set, change, entries, source }: SetChange): string {
  const { actions, before, after } = change;
  const [was, is] = [before, after].map((side) =>
    side === null ? undefined : `${side.type} ${side.options}`.trimEnd(),
  );
  return [
    SIGN[actions[0]],
    host,
    field(namespace),
    family ?? '-',
    '-',
    field(set),
    'set',
    field(is ?? was ?? ''),
    ...sourceRemark(source),
    `entries=${after?.entries ?? 0}`,
    `added=${entries.added}`,
    `removed=${entries.removed}`,
    ...entries.first_added.map((entry) => `add=${field(entry)}`),
    ...entries.first_removed.map((entry) => `remove=${field(entry)}`),
    ...(was === undefined || is === undefined || was === is ? [] : [`was=${field(was)}`]),
  ].join('\t');
}

function sourceRemark(source: Source | null): readonly string[] {
  return source === null ? [] : [`source=${field(`${source.file}:${source.start.line}`)}`];
}

function ruleFields({ change: { before, after } }: TableChange): readonly string[] {
  return [`${positionOf(before)}:${positionOf(after)}`, field(textOf(after) ?? textOf(before) ?? '')];
}

function otherFields({ change: { before, after } }: TableChange): readonly string[] {
  return [[policyOf(before), policyOf(after)].filter((policy) => policy !== '').join(' ') || '-'];
}

function remarks({ change, source, counters, type }: TableChange): readonly string[] {
  const [action] = change.actions;
  const was = type === 'rule' && action === 'update' ? textOf(change.before) : undefined;
  return [
    ...sourceRemark(source),
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
