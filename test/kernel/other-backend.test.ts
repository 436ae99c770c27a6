import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { dataFolder } from '../support/fw.ts';
import { load, makeNamespace, type Output } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const OTHER: Readonly<Record<Backend, Backend>> = { nft: 'legacy', legacy: 'nft' };
const THEIRS = '-A INPUT -p tcp -m tcp --dport 22 -m comment --comment "k3s \\"node\\"" -j DROP';

function site(backend: Backend, rules: readonly string[] = [THEIRS]) {
  const ns = makeNamespace();
  load(ns, OTHER[backend], 'ipv4', `*filter\n${rules.join('\n')}\nCOMMIT\n`);
  const state = stateFolder({
    'a.yaml': `{namespace: ${ns}, backend: ${backend}, tables: {filter: {INPUT: ['-p tcp --dport 22 -j ACCEPT']}}}\n`,
  });
  const env = { FW_DATA_DIR: dataFolder() };
  return { ns, state, run: (...args: readonly string[]): Output => runBuilt(args, { env }) };
}

describe.each<Backend>(['nft', 'legacy'])('a state about %s, beside a rule of the other backend', (backend) => {
  const words = `1 rule of the ${OTHER[backend]} backend`;

  test('is told so by everything that plans, applies, checks or looks, with the rule', () => {
    const { state, run } = site(backend);
    const runs = [
      ['plan', '--state', state],
      ['validate', '--state', state],
      ['apply', '--state', state, '--auto-approve'],
      ['apply', '--state', state, '--auto-approve'],
      ['plan', '--state', state],
      ['drift'],
      ['status'],
      ['rollback', '--to', 'last', '--auto-approve'],
    ];
    for (const args of runs) {
      const { status, stdout, stderr } = run(...args);
      expect([args, status, stderr]).toEqual([args, 0, expect.any(String)]);
      const text = (stdout + stderr).replaceAll(/\s+/g, ' ');
      expect([args, text]).toEqual([args, expect.stringContaining(words)]);
      expect([args, text]).toEqual([args, expect.stringContaining('--dport 22')]);
    }
  });

  test('is told so in documents for programs', () => {
    const { state, run } = site(backend);
    const warning = { severity: 'warning', code: 'live.other-backend', message: expect.stringContaining(words) };
    const saved = join(stateFolder({}), 'a.fwplan');
    run('plan', '--state', state, '--out', saved);
    const { diagnostics } = JSON.parse(run('validate', '--state', state, '--json').stdout);
    expect(diagnostics).toMatchObject([warning]);
    expect(diagnostics[0].said).toContain(`ipv4 filter: ${THEIRS}`);
    const code = 'live.other-backend';
    expect(JSON.parse(run('show', saved, '--json').stdout).diagnostics).toMatchObject([{ code }]);
    expect(run('plan', '--state', state, '--json').stdout).toContain('live.other-backend');
    for (const format of ['sarif', 'github', 'markdown'])
      expect([format, run('show', saved, '--format', format).stdout]).toEqual([
        format,
        expect.stringMatching(new RegExp(`rules? of the ${OTHER[backend]} backend`)),
      ]);
    run('apply', '--state', state, '--auto-approve');
    expect(JSON.parse(run('drift', '--json').stdout).diagnostics).toMatchObject([{ code }]);
  });

  test('needs --backend to import, to snapshot and to show, and the import names it', () => {
    const { ns, run } = site(backend);
    load(ns, backend, 'ipv4', '*filter\n-A INPUT -p udp -j ACCEPT\nCOMMIT\n');
    const folder = join(stateFolder({}), 'imported');
    for (const args of [['import', '--state', folder], ['snapshot'], ['show', 'live']]) {
      const { status, stderr } = run(...args, '--namespace', ns);
      expect([args, status]).toEqual([args, 1]);
      expect(stderr).toContain('--backend');
      const chosen = run(...args, '--namespace', ns, '--backend', backend);
      expect([args, chosen.status]).toEqual([args, 0]);
      expect(chosen.stderr.replaceAll(/\s+/g, ' ')).toContain(words);
      expect(chosen.stdout).not.toContain('k3s');
    }
    expect(readFileSync(join(folder, `${ns}.yaml`), 'utf8')).toContain(`backend: ${backend}\n`);
    expect(run('plan', '--state', folder, '--detailed-exitcode').status).toBe(0);
    expect(run('show', 'live', '--namespace', ns, '--backend', OTHER[backend]).stdout).toContain('k3s');
  });

  test('needs no --backend where fw manages one', () => {
    const { ns, state, run } = site(backend);
    run('apply', '--state', state, '--auto-approve');
    const folder = join(stateFolder({}), 'imported');
    expect(run('import', '--state', folder, '--namespace', ns)).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, `${ns}.yaml`), 'utf8')).toContain(`backend: ${backend}\n`);
    const shown = run('show', 'live', '--namespace', ns);
    expect(shown.stdout).toContain('fw-INPUT');
    expect(shown.stderr).toContain('k3s');
  });
});

test('of many rules the first are named, and the rest is counted; a policy that drops is named as well', () => {
  const rules = Array.from({ length: 15 }, (_, n) => `-A INPUT -p tcp -m tcp --dport ${n + 1} -j DROP`);
  const { state, run } = site('nft', [':FORWARD DROP [0:0]', ...rules]);
  const { diagnostics } = JSON.parse(run('validate', '--state', state, '--json').stdout);
  expect(diagnostics[0].message).toContain('15 rules of the legacy backend');
  expect(diagnostics[0].said.split('\n')).toHaveLength(11);
  expect(diagnostics[0].said).toContain('-P FORWARD DROP');
  expect(diagnostics[0].said).toContain('and 6 more');
});

test('where none is named, the error shows rules of both', () => {
  const { ns, run } = site('nft');
  load(ns, 'nft', 'ipv4', '*filter\n-A INPUT -p udp -j ACCEPT\nCOMMIT\n');
  const state = stateFolder({ 'a.yaml': `{namespace: ${ns}, tables: {filter: {INPUT: ['-p tcp -j ACCEPT']}}}\n` });
  const { status, stderr } = run('plan', '--state', state);
  expect(status).toBe(1);
  expect(stderr).toContain('-A INPUT -p udp -j ACCEPT');
  expect(stderr).toContain('--dport 22');
});

test('a backend without rules is no warning', () => {
  const { state, run } = site('nft', [':INPUT ACCEPT [0:0]']);
  expect(JSON.parse(run('validate', '--state', state, '--json').stdout).diagnostics).toEqual([]);
  expect(run('plan', '--state', state, '--json').stdout).not.toContain('live.other-backend');
});
