import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../../../src/core/text/shell-word.ts';

const NAMES = [
  '/var/lib/fw',
  '/srv/my fw',
  "/srv/it's",
  '/srv/a\nb 7',
  '/srv/\u202e\u200b7\\',
  "\u001b[31m'\\x",
  '$HOME `id` $(id) ;&|<>*?~!#"',
  '-x',
  'grün',
  '',
  '\u00a07',
];

test.each(NAMES)('%j pasted into bash is itself, on one line that a terminal shows', (name) => {
  const word = shellWord(name);
  expect(word).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
  const ran = spawnSync('bash', ['-c', `printf '<%s>' ${word}`], { encoding: 'utf8', env: { LANG: 'C.UTF-8' } });
  expect(ran.stdout).toBe(`<${name}>`);
});
