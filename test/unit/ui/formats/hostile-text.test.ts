import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listChanges } from '../../../../src/core/plan/view/list-changes.ts';
import { metricsOf } from '../../../../src/core/report/metrics/metrics-of.ts';
import { planDocument } from '../../../../src/core/report/plan-document.ts';
import { planEvents } from '../../../../src/core/report/stream/plan-events.ts';
import { printEvent } from '../../../../src/ui/formats/print-event.ts';
import { printGithub } from '../../../../src/ui/formats/print-github.ts';
import { printGithubOutput } from '../../../../src/ui/formats/print-github-output.ts';
import { printHtml } from '../../../../src/ui/formats/print-html.ts';
import { printJunit } from '../../../../src/ui/formats/print-junit.ts';
import { printLines } from '../../../../src/ui/formats/print-lines.ts';
import { printMarkdown } from '../../../../src/ui/formats/print-markdown.ts';
import { printMetrics } from '../../../../src/ui/formats/print-metrics.ts';
import { printSarif } from '../../../../src/ui/formats/print-sarif.ts';
import { printSummary } from '../../../../src/ui/formats/print-summary.ts';
import { junitCases } from '../../../support/junit-cases.ts';
import { markdownProse } from '../../../support/markdown-prose.ts';
import { sarifFaults } from '../../../support/sarif-schema.ts';
import { stateFolder } from '../../../support/state-folder.ts';
import { HOSTILE, hostileReport, sampleReport, UNPRINTABLE } from './sample-report.ts';

const SEED = 20261005;

/** Pieces that mean something in one of the formats, in any order, with anything between them. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '```',
        '~~~',
        '|',
        '\\',
        '\\|',
        '<',
        '>',
        '&',
        '@a',
        '#1',
        '[x](y)',
        '-->',
        ']]>',
        '%0A',
        '::',
      ),
      fc.constantFrom(
        '\n',
        '\r',
        '\t',
        '\u0000',
        '\u001b[2J',
        '\u202e',
        '\u2028',
        '\ud800',
        '\ufffe',
        '"',
        "'",
        ',',
        ':',
        '/',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''));

function forAll(check: (text: string) => void): void {
  fc.assert(fc.property(hostile, check), { seed: SEED, numRuns: 150, examples: [[HOSTILE], [UNPRINTABLE]] });
}

/** Lines of `hostileTraffic`: four claims, and two for each of three regions. */
const TRAFFIC = 4 + 3 * 2;

/** Everything of the Unicode category "other", and what else ends a line, apart from our own. */
const CONTROLS = /[^\P{C}\n\t]|[\u2028\u2029]/u;

describe('text of others', () => {
  test('cannot add a line or a field to lines', () => {
    forAll((text) => {
      const report = hostileReport(text);
      const lines = printLines(report).trimEnd().split('\n');
      expect(lines).toHaveLength(listChanges(report.plan).length + 3 + TRAFFIC + 2 + 1);
      expect(lines.join('\n')).not.toMatch(CONTROLS);
      const words = lines.map((line) => line.split('\t'));
      expect(words.filter(([sign]) => sign === '?').map((fields) => fields.length)).toEqual([9, 9, 9]);
      expect(words.filter(([sign]) => sign === '=').map((fields) => fields[1])).toEqual([
        'selection',
        'declared',
        'summary',
      ]);
      const packets = words.filter(([sign]) => sign === '*');
      expect(packets.map((fields) => [fields[3], fields[4], fields[5], fields[6]])).toEqual([
        ['ipv4', 'INPUT', 'new', 'claim'],
        ...['opened', 'closed', 'other'].flatMap((effect) => [1, 2].map(() => ['ipv4', 'INPUT', 'new', effect])),
        ['ipv4', 'FORWARD', 'new', 'claim'],
        ['ipv4', 'OUTPUT', 'new', 'claim'],
        ['ipv4', 'INPUT', 'running', 'claim'],
      ]);
      for (const fields of packets.filter((one) => one[6] !== 'claim')) {
        expect(fields.slice(8).map((remark) => remark.replace(/=.*/s, ''))).toEqual(['was', 'will', 'rule', 'source']);
      }
      for (const line of lines.filter((one) => !/^[?=*]\t/.test(one))) {
        const [sign, , , family, table, , what, , ...remarks] = line.split('\t');
        expect(['+', '-', '~', '>']).toContain(sign);
        expect([family, table]).toEqual(['ipv4', what === 'set' ? '-' : 'filter']);
        for (const remark of remarks) expect(remark).toMatch(/^(source|packets|was|entries|added|removed|add|remove)=/);
      }
    });
  });

  test('cannot add a line to a summary', () => {
    forAll((text) => {
      expect(printSummary(hostileReport(text)).split('\n')).toHaveLength(7 + 3 + 7 + 3 + 4);
    });
  });

  test('cannot leave the code that it stands in, in markdown', () => {
    forAll((text) => {
      const comment = printMarkdown(hostileReport(text), { budget: 60_000 });
      expect(comment).not.toMatch(CONTROLS);
      const { prose, isBalanced } = markdownProse(comment);
      expect(isBalanced).toBe(true);
      expect(prose).toBe(markdownProse(printMarkdown(hostileReport('x'), { budget: 60_000 })).prose);
    });
  });

  test('cannot begin a workflow command', () => {
    forAll((text) => {
      const lines = printGithub(hostileReport(text))
        .trimEnd()
        .split(/\r\n|\r|\n/);
      expect(lines.map((line) => /^::(error|warning|notice) /.exec(line)?.[1])).toEqual([
        'error',
        'error',
        ...Array.from({ length: 6 }, () => 'warning'),
        ...Array.from({ length: 10 }, () => 'notice'),
      ]);
      for (const line of lines) expect(line).toMatch(/^::[a-z]+ (?:(?:file|line|col|title)=[^,:\r\n]*,?)+::[^\r\n]*$/);
    });
  });

  test('has no percent sign that a workflow would take for a line end', () => {
    const printed = printGithub(hostileReport('x%0Ay'));
    expect(printed).toContain('x%250Ay');
    expect(printed).not.toContain('x%0Ay');
  });

  test('cannot add an output of a job', () => {
    forAll((text) => {
      const output = printGithubOutput({
        exitCode: 0,
        changed: true,
        firewall: 'unchanged',
        transition: { from: text, to: text },
      });
      expect(output).toMatch(
        /^changed=true\nexitcode=0\ntransition=[0-9a-f]*\.\.[0-9a-f]*\nsummary=\napproval=\nclass=\ngeneration=\n$/,
      );
    });
  });

  test('adds no element, attribute or reference to a page', () => {
    // What is marked inside a rule depends on the words of the rule.
    const tags = (page: string) =>
      [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag).filter((tag) => !/^<\/?(ins|del)>$/.test(tag));
    const harmless = tags(printHtml(hostileReport('x'), {}));
    forAll((text) => {
      // What says nothing has no element.
      if (text === '') return;
      const page = printHtml(hostileReport(text), {});
      expect(tags(page)).toEqual(harmless);
      expect(page).not.toMatch(CONTROLS);
      expect(page.slice(0, page.indexOf('<script>'))).not.toMatch(/&(?!#\d+;|gt;)/);
    });
  });

  test('stays text in JUnit XML, as a reader of such reports sees it', () => {
    const file = join(stateFolder({}), 'junit.xml');
    forAll((text) => {
      const xml = printJunit(hostileReport(text));
      expect(xml).not.toMatch(/&(?!(?:amp|lt|gt|quot|apos);)/);
      expect(xml).not.toMatch(CONTROLS);
      expect(xml.match(/<testcase /g)).toHaveLength(16);
      writeFileSync(file, xml);
      const cases = junitCases(file);
      expect(cases.map(({ status }) => status)).toEqual([
        'PASS',
        'SKIP',
        'FAIL',
        'FAIL',
        'SKIP',
        'PASS',
        'PASS',
        'PASS',
        'SKIP',
        'SKIP',
        'SKIP',
        'PASS',
        'PASS',
        'SKIP',
        'SKIP',
        'SKIP',
      ]);
    });
  });

  test('stays text in SARIF, which is valid by the official schema and has no links', () => {
    forAll((text) => {
      const log = JSON.parse(printSarif(hostileReport(text), { base: '/repository' })) as SarifLog;
      expect(sarifFaults(log)).toEqual([]);
      for (const { message } of log.runs[0]?.results ?? []) expect(message.text).not.toMatch(/(^|[^\\])\]\(/);
    });
  });

  test('stays one value in JSON and in the stream', () => {
    forAll((text) => {
      const report = hostileReport(text);
      expect(JSON.parse(JSON.stringify(planDocument(report)))).toMatchObject({
        host: JSON.parse(JSON.stringify(text)),
      });
      for (const event of planEvents(report, 'plan')) {
        expect(printEvent(event, report.created).split('\n')).toHaveLength(2);
      }
    });
  });

  test('stays the value of a label in metrics', () => {
    forAll((text) => {
      const { plan } = hostileReport(text);
      const metrics = printMetrics(metricsOf({ version: text, differences: plan, foreign: plan.foreign }));
      for (const line of metrics.trimEnd().split('\n')) {
        if (line.startsWith('#')) continue;
        expect(line).toMatch(/^fw_[a-z_]+(\{([a-z]+="([^"\\\n]|\\\\|\\"|\\n)*",?)+\})? \d+$/);
      }
    });
  });
});

test('the SARIF of the sample is valid by the official schema', () => {
  expect(sarifFaults(JSON.parse(printSarif(sampleReport(), { base: '/repository' })))).toEqual([]);
  expect(sarifFaults({ version: '2.1.0', runs: [{ tool: {} }] })).not.toEqual([]);
});

test('results of SARIF keep their fingerprint when rules move in their file, and no two have the same', () => {
  const fingerprints = (report: ReturnType<typeof sampleReport>) => {
    const log = JSON.parse(printSarif(report, { base: '/repository' })) as SarifLog;
    return (log.runs[0]?.results ?? []).map(({ partialFingerprints }) => partialFingerprints['fwChange/v1']);
  };
  const sample = sampleReport();
  const moved = JSON.parse(JSON.stringify(sample).replaceAll('web.yaml:12', 'web.yaml:99')) as typeof sample;
  expect(fingerprints(moved)).toEqual(fingerprints(sample));
  expect(new Set(fingerprints(sample)).size).toBe(fingerprints(sample).length);
});

type SarifLog = {
  readonly runs: readonly {
    readonly results: readonly {
      readonly message: { readonly text: string };
      readonly partialFingerprints: { readonly 'fwChange/v1': string };
    }[];
  }[];
};
