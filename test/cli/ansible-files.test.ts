import { spawnSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { stateFolder } from '../support/state-folder.ts';

const ROLE = fileURLToPath(new URL('../../templates/ansible/roles/fw', import.meta.url));
const PACK = fileURLToPath(new URL('../support/pack-state.py', import.meta.url));

/** ARCHIVE FILE NAME: an archive in which a file has any name. */
const ARCHIVE = `import sys, tarfile
with tarfile.open(sys.argv[1], 'w:gz') as archive, open(sys.argv[2], 'rb') as file:
    member = archive.gettarinfo(fileobj=file)
    member.name = sys.argv[3]
    archive.addfile(member, file)
`;

/** Packs a state and unpacks it, or unpacks an archive; says what went wrong. */
function carry(state: string, target: string): string {
  const { stderr } = spawnSync('/usr/bin/python3', [PACK, ROLE, state, target], { encoding: 'utf8' });
  return stderr.trim().split('\n').at(-1) ?? '';
}

test('the state and the templates next to it arrive as they are, but for hidden names, and closed to others', () => {
  const folder = stateFolder({
    'state/a.yaml': 'a',
    'state/lists/blocked.txt': '192.0.2.1\n',
    'state/_templates/own.yaml': 'b',
    'state/.git/config': 'secret',
    'state/.env': 'secret',
    'templates/shared.yaml': 'c',
    'templates/site.conf.j2': 'not ours',
    'target/.keep': '',
  });
  symlinkSync('a.yaml', join(folder, 'state/link.yaml'));
  linkSync(join(folder, 'state/a.yaml'), join(folder, 'state/second.yaml'));
  const target = join(folder, 'target');
  expect(carry(join(folder, 'state'), target)).toBe('');
  const names = readdirSync(target, { recursive: true, encoding: 'utf8' }).filter((name) => name !== '.keep');
  expect(names.sort()).toEqual(
    ['state', 'state/_templates', 'state/_templates/own.yaml', 'state/a.yaml', 'state/link.yaml', 'state/lists']
      .concat(['state/lists/blocked.txt', 'state/second.yaml', 'templates', 'templates/shared.yaml'])
      .sort(),
  );
  expect(readlinkSync(join(target, 'state/link.yaml'))).toBe('a.yaml');
  expect(readFileSync(join(target, 'state/second.yaml'), 'utf8')).toBe('a');
  for (const name of names) {
    const stats = lstatSync(join(target, name));
    if (!stats.isSymbolicLink())
      expect([name, stats.mode & 0o777]).toEqual([name, stats.isDirectory() ? 0o700 : 0o600]);
  }
});

test('a link to an absolute path and what is no file are refused where they are packed', () => {
  const folder = stateFolder({ 'state/a.yaml': 'a', 'target/.keep': '' });
  const target = join(folder, 'target');
  symlinkSync('/etc/passwd', join(folder, 'state/b.yaml'));
  expect(carry(join(folder, 'state'), target)).toContain('b.yaml is a link to an absolute path');
  const other = stateFolder({ 'state/a.yaml': 'a', 'target/.keep': '' });
  spawnSync('mkfifo', [join(other, 'state/pipe')]);
  expect(carry(join(other, 'state'), join(other, 'target'))).toContain('pipe is neither file, folder nor link');
  expect(readdirSync(target)).toEqual(['.keep']);
});

test.each([
  ['../outside', 'x', "'../outside' is no path below the state"],
  ['state/../../outside', 'x', 'is no path below the state'],
  ['/outside', 'x', 'is no path below the state'],
  ['etc/passwd', 'x', 'is no path below the state'],
])('an archive that holds %s is not unpacked', (name, text, words) => {
  const folder = stateFolder({ 'target/.keep': '', content: text });
  const archive = join(folder, 'state.tar.gz');
  spawnSync('/usr/bin/python3', ['-c', ARCHIVE, archive, join(folder, 'content'), name]);
  const target = join(folder, 'target');
  mkdirSync(join(target, 'state'));
  expect(carry(archive, target)).toContain(words);
  expect([existsSync(join(folder, 'outside')), existsSync('/outside')]).toEqual([false, false]);
});
