import { describe, expect, test } from 'vitest';
import { tableSteps } from '../../../../src/core/plan/in-order.ts';
import { planDocument } from '../../../../src/core/report/plan-document.ts';
import type { PlanReport } from '../../../../src/core/report/types.ts';
import { printGithub } from '../../../../src/ui/formats/print-github.ts';
import { printGitlab } from '../../../../src/ui/formats/print-gitlab.ts';
import { printHtml } from '../../../../src/ui/formats/print-html.ts';
import { printJunit } from '../../../../src/ui/formats/print-junit.ts';
import { printLines } from '../../../../src/ui/formats/print-lines.ts';
import { printMarkdown } from '../../../../src/ui/formats/print-markdown.ts';
import { printRestore } from '../../../../src/ui/formats/print-restore.ts';
import { printSarif } from '../../../../src/ui/formats/print-sarif.ts';
import { printSummary } from '../../../../src/ui/formats/print-summary.ts';
import { faultsOf } from '../../../support/schema.ts';
import { plan } from '../sample-plan.ts';
import { HOSTILE, hostileReport, reportOf, sampleReport } from './sample-report.ts';

const pretty = (text: string) => `${JSON.stringify(JSON.parse(text), null, 2)}\n`;

const PRINTERS: readonly (readonly [file: string, print: (report: PlanReport) => string])[] = [
  ['summary.txt', printSummary],
  ['lines.txt', printLines],
  ['document.json', (report) => pretty(JSON.stringify(planDocument(report)))],
  ['comment.md', (report) => printMarkdown(report, { budget: 60_000 })],
  ['sarif.json', (report) => pretty(printSarif(report, { base: '/repository' }))],
  ['junit.xml', printJunit],
  ['github.txt', printGithub],
  ['gitlab.json', printGitlab],
  ['page.html', (report) => withoutStyle(printHtml(report, {}))],
];

/** The style and the script are the same in every page, and have a test of their own. */
function withoutStyle(page: string): string {
  return page.replace(/<(style|script)>.*?<\/\1>/gs, '<$1></$1>').replace(/sha256-[A-Za-z0-9+/=]+/g, 'sha256-...');
}

describe.each(PRINTERS)('%s', (file, print) => {
  test('of a plan with every kind of change', async () => {
    await expect(print(sampleReport())).toMatchFileSnapshot(`../../../golden/formats/sample/${file}`);
  });

  test('of a plan in which every text wants to be more than text', async () => {
    await expect(print(hostileReport(HOSTILE))).toMatchFileSnapshot(`../../../golden/formats/hostile/${file}`);
  });

  test('of a plan that changes nothing', async () => {
    await expect(print(reportOf(plan(['blue'], [])))).toMatchFileSnapshot(`../../../golden/formats/none/${file}`);
  });
});

test('restore text is shown as it is, each step and its way back under a heading', () => {
  const [first, second] = tableSteps(sampleReport().plan);
  if (first === undefined || second === undefined) throw new Error('the sample has steps');
  const texts = {
    edits: [[{ kind: 'append', chain: 'POSTROUTING', text: '-j fw-POSTROUTING' }]],
    reverse: [[{ kind: 'flush', chain: 'POSTROUTING' }]],
  } as const;
  const report = reportOf({
    ...sampleReport().plan,
    steps: [
      { ...first, ...texts },
      { ...second, ...texts },
    ],
  });
  expect(printRestore(report).split('\n').slice(0, 10)).toEqual([
    '# step 1 of 2: blue ipv4 nat',
    '# iptables-nft-restore --noflush --counters, in the network namespace blue',
    '*nat',
    '-A POSTROUTING -j fw-POSTROUTING',
    'COMMIT',
    '# way back of step 1',
    '#   *nat',
    '#   -F POSTROUTING',
    '#   COMMIT',
    '',
  ]);
});

test('the document of the sample is as its schema says', () => {
  expect(faultsOf('plan-document', planDocument(sampleReport()))).toEqual([]);
  expect(faultsOf('plan-document', { ...planDocument(sampleReport()), surplus: 1 })).not.toEqual([]);
});
