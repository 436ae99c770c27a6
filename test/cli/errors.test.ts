import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

function planOf(files: Readonly<Record<string, string>>) {
  return runBuilt(['plan', '--state', stateFolder(files), '--data-dir', dataFolder()]);
}

/** Every message: what failed, what the firewall is now, what to do next. */
function expectMessage(stderr: string): void {
  expect(stderr).toMatch(/^Error: /m);
  expect(stderr).toMatch(/^Firewall: unchanged\.$/m);
  expect(stderr).toMatch(/^Next: \S/m);
}

describe('mistakes in the state', () => {
  const cases: readonly [string, string, string, string][] = [
    ['broken YAML', 'tables: {filter: [', 'state.syntax', ':1:'],
    ['an unknown key', 'tables:\n  filter:\n    INPUT:\n      rulez: []\n', 'rules', ':4:7'],
    ['a jump to an unknown chain', 'tables:\n  filter:\n    INPUT: [-j wbe]\n    web: [-j ACCEPT]\n', 'web', ':3:'],
    ['a chain name of 29 bytes', `tables:\n  filter:\n    ${'a'.repeat(29)}: []\n`, '28', ':3:5'],
    ['a newline in a rule', 'tables:\n  filter:\n    INPUT: ["-j ACCEPT\\n-A INPUT -j DROP"]\n', 'state.', ':3:'],
    [
      'a newline in a comment',
      'tables:\n  filter:\n    INPUT:\n      - {rule: -j ACCEPT, comment: "a\\nb"}\n',
      'state.',
      ':4:',
    ],
    [
      'a rule that the kernel refuses',
      'tables:\n  filter:\n    INPUT: [-p tcp --dport 99999 -j ACCEPT]\n',
      '99999',
      ':3:',
    ],
  ];

  test.each(cases)('%s', (_, text, word, place) => {
    const ns = makeNamespace();
    const ran = planOf({ 'a.yaml': `namespace: ${ns}\n${text}` });
    expect(ran.status).toBe(1);
    expect(ran.stdout).toBe('');
    expectMessage(ran.stderr);
    expect(ran.stderr).toContain(word);
    // One line further down, because of the namespace in front.
    const line = Number(place.split(':')[1]) + 1;
    expect(ran.stderr).toContain(`a.yaml:${line}:`);
    expect(ran.stderr).toMatch(/\^/);
    expect(saved(ns, 'nft', 'ipv4')).toBe('');
  });

  test('all mistakes are shown, of all files', () => {
    const ns = makeNamespace();
    const ran = planOf({
      'a.yaml': `namespace: ${ns}\ntables:\n  filter:\n    INPUT: [-j A B]\n    web: [-j ACCEPT]\n    x: {polizy: DROP}\n`,
      'b.yaml': `namespace: ${ns}\ntabels: {}\n`,
      [`${ns}/ipv4.rules`]: '*nat\n-A NOWHERE -j ACCEPT\n',
    });
    expect(ran.status).toBe(1);
    for (const place of ['a.yaml:6:', 'b.yaml:2:1', 'ipv4.rules:2:']) expect(ran.stderr).toContain(place);
  });
});

test('a namespace that does not exist', () => {
  const ran = planOf({ 'a.yaml': 'namespace: fwt-no-such\ntables:\n  filter:\n    INPUT: [-j ACCEPT]\n' });
  expect(ran.status).toBe(1);
  expectMessage(ran.stderr);
  expect(ran.stderr).toContain('fwt-no-such');
  expect(ran.stderr).toContain('a.yaml:1:');
});

test('a missing and an empty state are errors, never an order to remove everything', () => {
  const missing = runBuilt(['plan', '--state', '/nonexistent/state']);
  expect(missing.status).toBe(1);
  expectMessage(missing.stderr);
  const empty = planOf({});
  expect(empty.status).toBe(1);
  expect(empty.stderr).toContain('--allow-empty');
});

test('without privileges: 77, and validate as the way on', () => {
  const ran = runBuilt(['plan', '--state', stateFolder({})], {
    through: ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'],
  });
  expect(ran.status).toBe(77);
  expectMessage(ran.stderr);
  expect(ran.stderr).toContain('fw validate');
});

test('iptables not installed', () => {
  const hidden = stateFolder({});
  mkdirSync(join(hidden, 'empty'));
  const state = stateFolder({ 'a.yaml': 'namespace: host\ntables:\n  filter:\n    INPUT: [-j ACCEPT]\n' });
  const ran = runBuilt(['plan', '--state', state, '--data-dir', dataFolder()], {
    through: [
      'unshare',
      '--mount',
      '--',
      'env',
      `EMPTY=${join(hidden, 'empty')}`,
      'sh',
      '-c',
      'mount --bind "$EMPTY" /usr/sbin && exec "$@"',
      '--',
    ],
  });
  expect(ran.status).toBe(1);
  expectMessage(ran.stderr);
  expect(ran.stderr).toContain('apt-get install iptables');
});

test.each([
  ['an unknown flag', ['plan', '--nope']],
  ['an unknown command', ['plna']],
  ['a flag without its value', ['plan', '--state']],
  ['an argument too many', ['plan', 'extra']],
  ['a length of time that is none', ['apply', '--confirm', 'soon']],
])('usage: %s exits 64', (_, args) => {
  const ran = runBuilt(args);
  expect(ran.status).toBe(64);
  expectMessage(ran.stderr);
});
