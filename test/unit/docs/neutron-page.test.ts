import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../..', import.meta.url).pathname;
const KERNEL = `${ROOT}test/kernel/`;

test('docs/coming-from-neutron.md has a row for each of the 36 cases, and each case has one test', () => {
  const page = readFileSync(`${ROOT}docs/coming-from-neutron.md`, 'utf8');
  const tests = readdirSync(KERNEL)
    .filter((name) => name.startsWith('neutron'))
    .map((name) => readFileSync(`${KERNEL}${name}`, 'utf8'))
    .join('');
  const all = Array.from({ length: 36 }, (_, index) => index + 1);
  const numbers = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, number]) => Number(number));
  expect(numbers(page, /^\| (\d+) \|/gm)).toEqual(all);
  expect(numbers(tests, /['"]case (\d+): /g).sort((a, b) => a - b)).toEqual(all);
});
