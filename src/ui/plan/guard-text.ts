import type { Finding } from '../../core/guards/finding.ts';
import { whereOf } from '../../core/guards/finding.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { familiesText } from '../text/families-text.ts';
import { type Page, withRemarks } from '../text/page.ts';
import { SIGNS } from '../text/theme.ts';
import { wrapText } from '../text/wrap-text.ts';

/** What the guards found, to stand before a plan: a line each with the flag that opens it, the evidence below. Never folded or cut. */
export function printFindings(page: Page, findings: readonly Finding[]): readonly string[] {
  return findings.flatMap((finding) => [
    ...printHead(page, finding),
    ...finding.evidence.map((fact) => `    ${page.clean(fact)}`),
  ]);
}

function printHead(page: Page, finding: Finding): readonly string[] {
  const { id, title, namespace, families, flag } = finding;
  const place = whereOf(finding).join(' ');
  const text = `${id}  ${place === '' ? title : `${title}: ${place}`} in ${namespaceLabel(namespace)} (${familiesText(families)})`;
  const lines = wrapText(`${SIGNS.attention} ${page.clean(text)}`, page.width, '    ');
  const plain = lines.at(-1) ?? '';
  return [
    ...lines.slice(0, -1).map((line) => page.paint('attention', line)),
    ...withRemarks(page, { plain, painted: page.paint('attention', plain) }, [`needs ${flag}`], 4),
  ];
}
