import { gapText, reasonText, subjectText } from '../../core/lint-findings/finding-text.ts';
import type { LintFinding, LintGap } from '../../core/lint-findings/types.ts';
import { lintName } from '../../core/report/lint-document.ts';
import { type Page, withRemarks } from '../text/page.ts';
import { quantity } from '../text/quantity.ts';

const WIDTH = 18;

/** What was found, for people: the rule with its place, below it why. */
export function printLint(
  page: Page,
  {
    about,
    findings,
    gaps,
  }: { readonly about: string; readonly findings: readonly LintFinding[]; readonly gaps: readonly LintGap[] },
): readonly string[] {
  const lines = [
    ...findings.flatMap((finding) => findingLines(page, finding)),
    ...gaps.map((gap) => page.clean(gapText(gap))),
  ];
  const notes = findings.filter(({ level }) => level === 'note').length;
  const sum =
    findings.length === 0
      ? 'Nothing was found'
      : `${quantity(findings.length, 'finding')}${notesOf(notes, findings.length)}`;
  return [...lines, ...(lines.length === 0 ? [] : ['']), `${sum}.`, `Judged: ${page.clean(about)}.`];
}

function findingLines(page: Page, finding: LintFinding): readonly string[] {
  const { id, level, place, origin } = finding;
  const word = `${id} ${lintName(id)}`.padEnd(WIDTH);
  const text = page.clean([subjectText(finding), place?.text ?? ''].filter((part) => part !== '').join('  '));
  const painted = `${page.paint(level === 'note' ? 'faint' : 'attention', word)} ${text}`;
  const remarks = origin === null ? [] : [page.clean(origin)];
  return [
    ...withRemarks(page, { plain: `${word} ${text}`, painted }, remarks, WIDTH + 1),
    `${' '.repeat(WIDTH + 1)}${page.clean(`${level === 'note' ? 'note: ' : ''}${reasonText(finding)}${whereText(finding)}`)}`,
  ];
}

function notesOf(notes: number, all: number): string {
  if (notes === 0) return '';
  if (all === 1) return ', a note';
  return `, ${notes === all ? 'all' : notes} of them ${notes === 1 ? 'a note' : 'notes'}`;
}

/** Where it is about less than the host in both families. */
function whereText({ namespaces, families }: LintFinding): string {
  const isHost = namespaces.length === 0 || (namespaces.length === 1 && namespaces[0] === 'host');
  const [only, ...more] = families;
  const family = only === undefined || more.length > 0 ? '' : ` (${only === 'ipv4' ? 'IPv4' : 'IPv6'})`;
  return `${isHost ? '' : `, in ${namespaces.join(', ')}`}${family}`;
}
