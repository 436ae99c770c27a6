import { approvalOf } from '../../../core/approval/approval-of.ts';
import type { PlanReport } from '../../../core/report/types.ts';
import { countSets } from '../../../core/sets/count-sets.ts';
import type { SetStep } from '../../../core/sets/ipset/types.ts';
import { wholeTransition } from '../../../core/transitions/transitions.ts';
import type { Group } from '../../plan/group-alike.ts';
import { countGroup, type Totals } from '../../plan/totals.ts';
import { familiesText } from '../../text/families-text.ts';
import { nameList } from '../../text/name-list.ts';
import { quantity } from '../../text/quantity.ts';
import { code } from './markdown-text.ts';

// Longer than every name that a host or a user really has; what comes from a file may be longer.
const NAME = 100;

/** Finds the comment of an earlier run. Only characters that cannot end an HTML comment are taken over. */
export function marker({ host, transitions }: PlanReport): string {
  const whole = wholeTransition(transitions);
  const way = whole === undefined ? 'none' : `${digits(whole.from)}..${digits(whole.to)}`;
  return `<!-- fw:plan host=${plainName(host)} transition=${way} -->`;
}

export function banner(report: PlanReport, totals: Totals): string {
  const { changedNamespaces, matchingNamespaces } = totals;
  const all = changedNamespaces + matchingNamespaces;
  const points = report.findings.length === 0 ? '' : ` · ${quantity(report.findings.length, 'closed guard')}`;
  const verb = changedNamespaces === 1 ? 'changes' : 'change';
  return `### fw plan: ${code(report.host, NAME)}, ${changedNamespaces} of ${quantity(all, 'namespace')} ${verb}${points}`;
}

export function facts({ commit, created, expires, operator }: PlanReport): string {
  return [
    ...(commit === null ? [] : [`${code(commit.id.slice(0, 12))}${commit.dirty ? ' (dirty)' : ''}`]),
    `made ${code(created, NAME)} by ${code(operator, NAME)}`,
    ...(expires === null ? [] : [`expires ${code(expires, NAME)}`]),
  ].join(' · ');
}

/** How far the plan reaches, and what approves it. */
export function reach(report: PlanReport): readonly string[] {
  const approval = approvalOf(report);
  const found = report.judge();
  const parts = [
    ...(found === null ? [] : [`class **${found.class}**`]),
    ...(approval === undefined ? [] : [`approval ${code(approval, NAME)}`]),
  ];
  return parts.length === 0 ? [] : [parts.join(' · '), ''];
}

/** Head of the table of namespaces; `hasSets` where sets change in one of them. */
export function tableHead(hasSets: boolean): readonly string[] {
  const [names, line] = hasSets ? [' sets | entries |', '--:|--:|'] : ['', ''];
  return [
    `| namespace | family | add | change | move | remove | policy | in use |${names}`,
    `|---|---|--:|--:|--:|--:|---|--:|${line}`,
  ];
}

/** Namespaces that change alike, in one row; every number is of one of them. */
export function tableRow({ names, hunks, sets }: Group, hasSets: boolean): string {
  const { count, used, families } = countGroup({ hunks, sets });
  const policies = hunks.flatMap(({ change }) =>
    change.policy === undefined ? [] : [code(`${change.name} ${change.policy.to}`)],
  );
  const cells = [
    code(nameList(names)),
    familiesText(families),
    ...Object.values(count).map(String),
    [...new Set(policies)].join(' '),
    used === 0 ? '' : String(used),
    ...(hasSets ? setCells(sets) : []),
  ];
  return `| ${cells.join(' | ')} |`;
}

function setCells(sets: readonly SetStep[]): readonly string[] {
  if (sets.length === 0) return ['', ''];
  const { entriesAdded, entriesRemoved } = countSets(sets);
  return [String(sets.length), `+${entriesAdded} -${entriesRemoved}`];
}

function plainName(text: string): string {
  return text
    .replace(/[^A-Za-z0-9.-]/g, '_')
    .replace(/-{2,}/g, '_')
    .slice(0, NAME);
}

function digits(digest: string): string {
  return digest
    .replace(/^sha256:/, '')
    .replace(/[^0-9a-f]/g, '')
    .slice(0, 64);
}
