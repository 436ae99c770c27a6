import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { folderOfStates, YES } from '../support/folder-of-states.ts';
import { load } from '../support/netns.ts';
import { faultsOf } from '../support/schema.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

const OPEN = ['--auto-approve', '--allow-mass-removal'];

describe.each(BACKENDS)('two states of one data folder on %s', (backend) => {
  test('each have made their own rules, and a foreign rule is of neither', () => {
    const { ns, fw, apply, write, of, live } = folderOfStates(backend);
    const own = (table: string, ports: readonly number[]) =>
      `ownership: exclusive\ntables: {${table}: {OUTPUT: [${ports.map((port) => `-p tcp --dport ${port} -j ACCEPT`).join(', ')}]}}\n`;
    apply('one', own('filter', [81, 82]));
    apply('two', own('nat', [83, 84]));
    // The newest generation came from the other one.
    write('one', own('filter', [81]));
    expect(fw('apply', ...of('one'), ...OPEN)).toMatchObject({ status: 0 });
    load(ns, backend, 'ipv4', '*nat\n-A OUTPUT -p tcp --dport 85 -j ACCEPT\nCOMMIT\n', ['--noflush']);
    write('two', own('nat', [83]));
    const closed = fw('apply', ...of('two'), ...OPEN);
    expect(closed.status).toBe(5);
    expect(closed.stderr).toContain('FWG05');
    expect(closed.stderr).toMatch(/OUTPUT rule 3: -p tcp -m tcp --dport 85 -j ACCEPT/);
    expect(closed.stderr).not.toContain('--dport 84 -j ACCEPT');
    expect(live()).toContain('--dport 84');
    // A return of both takes away what each of them has made, and nothing of others is in it.
    load(ns, backend, 'ipv4', '*nat\n-D OUTPUT -p tcp --dport 85 -j ACCEPT\nCOMMIT\n', ['--noflush']);
    const back = fw('rollback', '1', ...OPEN);
    expect(back, back.stderr).toMatchObject({ status: 0 });
    expect(live()).toContain('--dport 82');
  });

  test('of one owner: a plan file of one that changes only a set is applied', () => {
    const { fw, apply, write, of, data, live, isSettled } = folderOfStates(backend);
    const one = (entries: string) =>
      `sets: {blocked: {type: hash:ip, entries: [${entries}]}}\ntables: {filter: {INPUT: [-m set --match-set blocked src -j DROP]}}\n`;
    apply('two', 'tables: {filter: {FORWARD: [-j web], web: [-p tcp --dport 82 -j ACCEPT]}}\n');
    apply('one', one('192.0.2.1'));
    write('one', one('192.0.2.1, 192.0.2.2'));
    const path = join(data, 'set.plan');
    expect(fw('plan', ...of('one'), '--out', path)).toMatchObject({ status: 0 });
    expect(fw('show', path)).toMatchObject({ status: 0 });
    expect(fw('apply', path, '--auto-approve')).toMatchObject({ status: 0 });
    isSettled('one');
    isSettled('two');
    expect(live()).toContain('-A fw-web -p tcp');
  });
});

test('the state is named by the guard of empty states, receipts and metrics', () => {
  const { fw, apply, data, pathOf } = folderOfStates('nft');
  const rules = (owner: string) => `owner: ${owner}\ntables: {filter: {INPUT: [-p tcp --dport 81 -j ACCEPT]}}\n`;
  apply('one', rules('aa'));
  apply('two', rules('bb'));
  const refused = fw('state', 'forget', 'one', '--auto-approve');
  expect(refused.status).toBe(5);
  expect(refused.stderr.replace(/\s+/g, ' ')).toContain('no rule of the state one stays');
  expect(refused.stderr).not.toContain('of ours');
  const receipt = fw('show', 'receipt-2', '--json');
  const document: unknown = JSON.parse(receipt.stdout);
  expect(document).toMatchObject({ states: ['two'], state: pathOf('two') });
  expect(faultsOf('receipt', document)).toEqual([]);
  expect(fw('show', 'receipt-2').stdout).toContain('\nState two\n');
  const metrics = join(data, 'fw.prom');
  expect(fw('drift', '--state-name', 'one', '--metrics', metrics).status).toBe(0);
  expect(readFileSync(metrics, 'utf8')).toContain('fw_in_sync{state="one"} 1\n');
  expect(fw('drift', '--metrics', metrics).status).toBe(0);
  expect(readFileSync(metrics, 'utf8')).toContain('fw_in_sync 1\n');
  // A run that fails before it has read the state says of which it was.
  expect(
    fw('apply', '--state', join(pathOf('two'), 'none'), '--state-name', 'two', '--metrics', metrics, ...YES).status,
  ).toBe(1);
  expect(readFileSync(metrics, 'utf8')).toContain('fw_last_apply_success{state="two"} 0\n');
});

test('a plan from a file of live rules says what another state may have, and asks no guard about this machine', () => {
  const { ns, fw, apply, write, of, data } = folderOfStates('nft');
  apply('two', 'tables: {filter: {FORWARD: [-j web], web: [-p tcp --dport 82 -j ACCEPT]}}\n');
  apply('one', 'tables: {filter: {INPUT: [-p tcp --dport 81 -j ACCEPT]}}\n');
  const nat = (ports: string) => `ownership: exclusive\ntables: {nat: {OUTPUT: [${ports}]}}\n`;
  const [first, second] = [83, 84].map((port) => `-p tcp --dport ${port} -j ACCEPT`);
  apply('three', nat(`${first}, ${second}`));
  const path = join(data, 'live.json');
  writeFileSync(path, fw('snapshot', '--namespace', ns).stdout);
  const planned = fw('plan', ...of('one'), '--live', path);
  const text = (planned.stdout + planned.stderr).replace(/\s+/g, ' ');
  expect(planned.status, text).toBe(0);
  expect(text).toMatch(
    /leaves alone what another state .* has of: filter fw-FORWARD, filter fw-web \[live\.other-states\]/,
  );
  // The file may be of another machine, where fw has made nothing.
  write('three', nat(`${first}`));
  expect(fw('plan', ...of('three'), '--live', path).stdout).toContain('FWG05');
  expect(fw('plan', ...of('three')).stdout).not.toContain('FWG05');
});
