import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { printCommandsPage } from '../../../scripts/commands-page.ts';
import { COMMANDS } from '../../../src/cli/commands/index.ts';

test('docs/commands.md is what `npm run docs` writes', () => {
  const committed = readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8');
  expect(committed).toBe(printCommandsPage());
});

test('every command class is in the index', () => {
  const folder = new URL('../../../src/cli/commands/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const classes = files.filter((name) => /^export default class /m.test(readFileSync(new URL(name, folder), 'utf8')));
  // These folders are no topics.
  const ids = classes.map((name) =>
    name
      .replace(/^(query|internal)\//, '')
      .slice(0, -3)
      .replaceAll('/', ':'),
  );
  expect(Object.keys(COMMANDS)).toEqual(ids.sort());
});
