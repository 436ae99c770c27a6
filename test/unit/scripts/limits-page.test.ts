import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printLimitsPage } from '../../../scripts/limits-page.ts';
import { LIMITS } from '../../../src/core/limits.ts';
import { codeLines, readSources } from '../../support/source-files.ts';

test('docs/limits.md is what `npm run docs` writes', () => {
  const committed = readFileSync(new URL('../../../docs/limits.md', import.meta.url), 'utf8');
  expect(committed).toBe(printLimitsPage());
});

test('a limit is a whole number with a reason, and is asked for somewhere', () => {
  const text = readSources()
    .filter(({ path }) => path !== 'core/limits.ts')
    .flatMap(({ lines }) => lines)
    .join('\n');
  for (const [name, { most, of, why }] of Object.entries(LIMITS)) {
    expect(Number.isSafeInteger(most) && most > 0, name).toBe(true);
    expect(
      [of, why].every((words) => /^[a-z`-].*[^.]$/i.test(words)),
      name,
    ).toBe(true);
    expect(text, name).toContain(`LIMITS.${name}.most`);
  }
});

test('no other file says how large or long something may be, or how many there may be of what is read', () => {
  const bound =
    /\bconst (?:LARGEST|LONGEST_(?:LINE|RULE|NAME|COMMENT|COMMAND|URL)|MOST_(?:FILES|RULES|OUTPUT|CHECKS|TEMPLATES))\w* = \d|1024 \* 1024/;
  const found = readSources()
    .filter(({ path }) => path !== 'core/limits.ts')
    .flatMap(({ path, lines }) =>
      codeLines(lines).flatMap((line, at) => (bound.test(line) ? [`${path}:${at + 1}`] : [])),
    );
  expect(found).toEqual([]);
});
