import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { identifiersOf, wordsOf } from './support/identifiers.ts';
import { readSources } from './support/source-files.ts';

/** Words that a firewall engineer would not know for what they stood for, with the term of docs/glossary.md that is used instead. */
const RETIRED: Readonly<Record<string, string>> = {
  said: 'output',
  needy: 'needed object',
  foresee: 'prefetch',
  foreseen: 'prefetch',
  lie: 'mismatch',
  lies: 'mismatch',
  honest: 'matches',
  distrust: 'path permissions',
  held: 'contents',
  concern: 'scope',
  crossed: 'class',
  quietly: 'stateless',
  doubt: 'unproven',
  doubts: 'unproven',
  errand: 'job',
  nobody: 'none',
  whoever: 'who',
  untold: 'unread',
};

/** Fields of JSON that fw prints or keeps on disk: they are a contract with readers of other versions. */
const CONTRACT = [
  /^src\/(core\/(event-log|journal|report)|app\/(apply|query|recover)|adapters\/(store|watchdog)|cli\/(run|commands)|ui\/answers)\/.*: (said|saidBy)$/,
  /: alsoHeldBy$/,
];

const root = new URL('../src/', import.meta.url);

function retired(words: readonly string[]): readonly string[] {
  return words.filter((word) => Object.hasOwn(RETIRED, word));
}

describe('words of the field', () => {
  test('no name in the source has a retired word', () => {
    const found = readSources().flatMap(({ path }) =>
      identifiersOf(readFileSync(new URL(path, root), 'utf8'))
        .filter(({ name }) => retired(wordsOf(name)).length > 0)
        .map(({ name, line }) => ({ name, line, shown: `src/${path}:${line}: ${name}` }))
        .filter(({ shown }) => !CONTRACT.some((allowed) => allowed.test(shown.replace(/:\d+:/, ':'))))
        .map(({ shown }) => shown),
    );
    expect(found).toEqual([]);
  });

  test('no file or folder has a retired word in its name', () => {
    const found = readSources().filter(({ path }) => retired(wordsOf(path)).length > 0);
    expect(found.map(({ path }) => `src/${path}`)).toEqual([]);
  });

  test('the glossary explains no retired word', () => {
    const glossary = readFileSync(new URL('../docs/glossary.md', import.meta.url), 'utf8');
    const entries = [...glossary.matchAll(/^\| ([^|]+) \|/gm)].map(([, word]) => word ?? '');
    expect(entries.filter((entry) => retired(wordsOf(entry)).length > 0)).toEqual([]);
  });

  test.each([
    [`const a = 'said'; // said\n/* said */ b(\`said \${said} said\`);`, ['const', 'a', 'b', 'said']],
    ['x = /said/.test(y) / z;', ['x', 'test', 'y', 'z']],
    [`f(\`\${g({ h: \`i\` })} j\`, k)`, ['f', 'g', 'h', 'k']],
  ])('names of %s', (text, names) => {
    expect(identifiersOf(text).map(({ name }) => name)).toEqual(names);
  });
});
