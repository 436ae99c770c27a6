import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const [demo, picture, cast] = ['scripts/demo', 'docs/demo.svg', 'docs/demo.cast'].map((path) =>
  readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'),
) as [string, string, string];

const lines = cast
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => (JSON.parse(line) as [number, 'o', string])[2].trimEnd());

test('the recordings are of the demo as it is: every headline and every command, in its order', () => {
  const told = [...demo.matchAll(/^say '(\d\. .*)'$|^fw \d ((?!.*confirm').*?)(?: >.*)?$/gm)].map(
    ([, headline, words]) => headline ?? `$ fw ${words}`,
  );
  expect(told.length).toBeGreaterThan(15);
  expect(lines.filter((line) => told.includes(line))).toEqual(told);
});

test('the picture shows the lines of the recording, and loads nothing', () => {
  const shown = [...picture.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, text = '']) =>
    text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'),
  );
  const whole = lines.filter((line) => line !== '' && line.length <= 104);
  expect(shown.filter((line) => line !== '' && !line.endsWith('…'))).toEqual(whole);
  expect(picture).not.toMatch(/<script|href|url\(|@import/);
});
