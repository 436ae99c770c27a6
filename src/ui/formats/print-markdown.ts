import type { Finding } from '../../core/guards/finding.ts';
import { whereOf } from '../../core/guards/finding.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { setSteps } from '../../core/plan/in-order.ts';
import type { PlacedDiagnostic, PlanReport } from '../../core/report/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { foldPlan, type Group } from '../plan/group-alike.ts';
import { carried } from '../plan/recap.ts';
import { planSentence, totalsOf } from '../plan/totals.ts';
import { packets } from '../text/counters-text.ts';
import { familiesText } from '../text/families-text.ts';
import { nameList } from '../text/name-list.ts';
import { quantity } from '../text/quantity.ts';
import { aboutMarkdown, checkLines, hiddenChecks } from './markdown/markdown-checks.ts';
import { connectionsMarkdown, hiddenConnections } from './markdown/markdown-connections.ts';
import { banner, facts, marker, reach, tableHead, tableRow } from './markdown/markdown-head.ts';
import { diffLines } from './markdown/markdown-hunks.ts';
import { bytes, code, fenced, htmlCode, words } from './markdown/markdown-text.ts';
import { hiddenTraffic, trafficMarkdown } from './markdown/markdown-traffic.ts';

const FENCE = '```';
// Removals with traffic that are listed before the diffs; each stands in its diff as well.
const MOST_USED = 20;
/** Room for the line that tells what is left out, and for the end of an open block. */
const TAIL = 800;

/**
 * A comment for a pull request or a job summary, never longer than `budget` bytes. Text of others stands in code only, so it cannot become
 * markup, a mention or HTML. What does not fit is counted in the last line; fences and details are always closed.
 */
export function printMarkdown(report: PlanReport, options: { readonly budget: number }): string {
  const { plan } = report;
  const totals = totalsOf(plan);
  const groups = foldPlan(plan);
  const page = openPage(options.budget);
  page.add([marker(report), banner(report, totals), '', facts(report), '']);
  if (!page.offer(aboutMarkdown(report))) page.addLast(['What it declares does not fit in here: see `fw show`.', '']);
  const isWhole = page.offer(checkLines(report.checks, hasChanges(plan)));
  if (!isWhole) page.addLast(hiddenChecks(report.checks.length));
  if (!hasChanges(plan)) {
    page.add(['No changes.', '']);
    return page.text();
  }
  const hasSets = setSteps(plan).length > 0;
  const rows = page.fill(groups, (group) => tableRow(group, hasSets), tableHead(hasSets));
  page.add(['', planSentence(totals).replaceAll('  ', ' '), '', ...(isWhole ? reach(report) : [])]);
  const guards = page.fill(report.findings, printFinding);
  const warnings = page.fill(report.diagnostics, printWarning);
  if (warnings > 0) page.add(['']);
  const isTold = page.offer(trafficMarkdown(report.traffic));
  if (!isTold) page.addLast(hiddenTraffic(report.traffic));
  if (!page.offer(connectionsMarkdown(report))) page.addLast(hiddenConnections(report));
  const used = printUsed(groups);
  if (used.length > 0) page.offer(used);
  const shown = groups.reduce((sum, group) => sum + printGroup(page, group), 0);
  const all = groups.reduce((sum, group) => sum + countChanged(group), 0);
  page.addLast(
    leftOut([
      [groups.length - rows, 'row of namespaces', 'rows of namespaces'],
      [report.findings.length - guards, 'closed guard', 'closed guards'],
      [report.diagnostics.length - warnings, 'warning', 'warnings'],
      [all - shown, 'change', 'changes'],
    ]),
  );
  page.addLast([`<sub>fw ${code(report.fw_version, 20)}</sub>`, '']);
  return page.text();
}

type Page = ReturnType<typeof openPage>;

function openPage(budget: number) {
  const lines: string[] = [];
  let room = budget - TAIL;
  const offer = (more: readonly string[]): boolean => {
    const size = more.reduce((sum, line) => sum + bytes(line) + 1, 0);
    if (size > room) return false;
    room -= size;
    for (const line of more) lines.push(line);
    return true;
  };
  return {
    /** Adds lines that fit; false where they do not. */
    offer,
    add: (more: readonly string[]) => void offer(more),
    addLast: (more: readonly string[]) => void lines.push(...more),
    /** Adds as many items as fit, under a head where there is one; resolves to their number. */
    fill: <T>(items: readonly T[], print: (item: T) => string, head: readonly string[] = []): number => {
      let count = 0;
      for (const item of items) {
        if (!offer(count === 0 ? [...head, print(item)] : [print(item)])) break;
        count += 1;
      }
      return count;
    },
    hasRoom: (size: number) => size <= room,
    text: () => lines.join('\n'),
  };
}

function printFinding(finding: Finding): string {
  const { id, title, namespace, families, evidence, flag } = finding;
  const where = whereOf(finding).join(' ');
  const what = where === '' ? words(title) : `${words(title)}: ${code(where)}`;
  return [
    `> **Closed guard ${id}**: ${what} in ${code(namespaceLabel(namespace))} (${familiesText(families)}). Opened by ${code(flag)}.`,
    ...(evidence.length === 0 ? [] : ['', FENCE, ...evidence.map((fact) => `  ${fenced(fact)}`), FENCE]),
    '',
  ].join('\n');
}

function printWarning({ code: id, summary, range }: PlacedDiagnostic): string {
  const place = range === null ? '' : ` at ${code(`${range.filename}:${range.start.line}`)}`;
  return `- **Warning** ${code(id)}${place}: ${code(summary)}`;
}

/** Rules that have carried traffic and will not be there any more, before everything that may be left out. */
function printUsed(groups: readonly Group[]): readonly string[] {
  const used = groups.flatMap(({ names, hunks }) =>
    hunks.flatMap(({ table, change }) =>
      change.lines.flatMap((line) => {
        const gone = carried(line);
        if (gone === undefined) return [];
        const text = gone.kind === 'change' ? gone.before : gone.text;
        return [
          `- ${nameList(names)} ${table} ${change.name} ${gone.from}: ${text}   # ${packets(gone.counters ?? ['0', '0'])}`,
        ];
      }),
    ),
  );
  if (used.length === 0) return [];
  const more = used.length > MOST_USED ? [`# ${used.length - MOST_USED} more`] : [];
  const lines = used.slice(0, MOST_USED).map(fenced);
  return ['**Removed or changed rules that carried traffic**', '', `${FENCE}diff`, ...lines, ...more, FENCE, ''];
}

/** One collapsed diff; cut between lines where it does not fit. Returns how many changed lines are in it. */
function printGroup(page: Page, group: Group): number {
  const all = countChanged(group);
  const name = htmlCode(nameList(group.names));
  const open = ['<details>', `<summary>${name} ${quantity(all, 'change')}</summary>`, '', `${FENCE}diff`];
  const close = [FENCE, '</details>', ''];
  const size = bytes([...open, ...close].join('\n')) + 80;
  if (!page.hasRoom(size + 200) || !page.offer(open)) return 0;
  let shown = 0;
  for (const { text, changes } of diffLines(group)) {
    if (!page.hasRoom(bytes(text) + size) || !page.offer([text])) break;
    shown += changes;
  }
  if (shown < all) page.add([`# ${quantity(all - shown, 'change')} of this diff left out`]);
  page.add(close);
  return shown;
}

function countChanged({ hunks, sets }: Group): number {
  return (
    sets.length +
    hunks.reduce(
      (sum, { change }) =>
        sum +
        (change.policy === undefined ? 0 : 1) +
        change.lines.filter(({ kind }) => kind !== 'keep' && kind !== 'skip').length,
      0,
    )
  );
}

function leftOut(parts: readonly (readonly [count: number, one: string, more: string])[]): readonly string[] {
  const words = parts.flatMap(([count, one, more]) => (count === 0 ? [] : [quantity(count, one, more)]));
  if (words.length === 0) return [];
  return [`**Left out for want of room: ${words.join(', ')}.** \`fw show FILE --format lines\` has all of it.`, ''];
}
