import { expect, test } from 'vitest';
import type { Line } from '../../../../src/core/diff/types.ts';
import { printMarkdown } from '../../../../src/ui/formats/print-markdown.ts';
import { markdownProse } from '../../../support/markdown-prose.ts';
import { add, chain, plan, remove, step } from '../sample-plan.ts';
import { HOSTILE, hostileReport, reportOf } from './sample-report.ts';

function manyRules(count: number, mark = ''): readonly Line[] {
  return Array.from({ length: count }, (_, index) =>
    index % 3 === 0
      ? remove(index + 1, `-s 10.${index % 200}.0.0/16 -j DROP${mark}`, ['7', '70'])
      : add(index + 1, `-s 10.${index % 200}.0.0/16 -m comment --comment "${'ü'.repeat(index % 50)}" -j ACCEPT`),
  );
}

const BIG = reportOf(plan(['blue'], [step('blue', 'ipv4', 'filter', [chain('INPUT', manyRules(5000))])]));

/** Names that no list can shorten and changes that no fold can bring together. */
const WIDE = reportOf(
  plan(
    Array.from({ length: 300 }, (_, index) => `ns-${index}-${'x'.repeat(200)}`),
    Array.from({ length: 300 }, (_, index) =>
      step(`ns-${index}-${'x'.repeat(200)}`, 'ipv4', 'filter', [
        chain('INPUT', manyRules((index % 9) + 1, ` ${index}`)),
      ]),
    ),
  ),
);

/** Many small diffs. */
const MANY = reportOf(
  plan(
    [],
    Array.from({ length: 120 }, (_, index) =>
      step(`${index % 2}x${index}`, 'ipv4', 'filter', [chain('INPUT', manyRules(1, ` ${index}`))]),
    ),
  ),
);

test.each([4_000, 5_000, 10_001, 17_000, 32_000, 60_000])(
  'a comment has at most %i bytes, and all of it is closed',
  (budget) => {
    for (const report of [BIG, WIDE, MANY, hostileReport(HOSTILE.repeat(40))]) {
      const comment = printMarkdown(report, { budget });
      expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(budget);
      expect(markdownProse(comment).isBalanced).toBe(true);
      if (report === BIG || report === WIDE) expect(comment).toContain('**Left out for want of room: ');
    }
  },
);

test('what is shown and what is counted as left out are all of it', () => {
  const comment = printMarkdown(BIG, { budget: 30_000 });
  const diff = comment.slice(comment.indexOf('<details>'));
  const shown = diff.match(/^[+-] +\d/gm)?.length ?? 0;
  expect(shown).toBeGreaterThan(100);
  expect(diff).toContain(`# ${5000 - shown} changes of this diff left out`);
  expect(diff).toContain(`**Left out for want of room: ${5000 - shown} changes.**`);
});

test('with room for everything nothing is left out', () => {
  const comment = printMarkdown(WIDE, { budget: 1_000_000 });
  expect(comment).not.toContain('Left out');
  expect(comment.match(/^<details>$/gm)).toHaveLength(300);
});
