import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listHistory } from '../../src/app/generations/list-history.ts';
import { FwError } from '../../src/core/diagnostics/errors.ts';
import { apply as applyFolder, dataFolder, realPorts } from '../support/fw.ts';
import { inNamespace, makeNamespace, removeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

function site() {
  const [ns, data, state] = [makeNamespace(), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data]);
  const write = (rules: string, more = '') =>
    writeFiles(state, { 'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: ${rules}}}\n${more}` });
  const apply = (...args: readonly string[]) => fw('apply', '--state', state, '--auto-approve', ...args);
  const last = () => {
    const status: unknown = JSON.parse(fw('status', '--json').stdout);
    expect(faultsOf('status', status)).toEqual([]);
    return (status as { readonly last: unknown }).last;
  };
  return { ns, data, fw, write, apply, last };
}

const FAILING = 'checks: [{command: [/bin/false], retries: 0, name: never}]\n';

describe('an apply that went back', () => {
  test('is in the history and in the status, with why, until the next one is kept', () => {
    const { fw, write, apply, last } = site();
    expect(last()).toBe(null);
    write('[-j ACCEPT]');
    expect(apply().status).toBe(0);
    expect(last()).toMatchObject({ outcome: 'applied', generation: 1 });
    expect(fw('status').stdout).not.toContain('Last:');
    write('[-j DROP]', FAILING);
    expect(apply().status).toBe(8);
    expect(last()).toMatchObject({
      outcome: 'rolled-back',
      why: 'check failed',
      said: expect.stringContaining('never'),
    });
    expect(fw('status').stdout).toMatch(
      /^Last: +20\S+ \S+ \S+ rolled back: a check failed, by \S+\n +the check "never"/m,
    );
    const rows = fw('history').stdout.trimEnd().split('\n');
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/^0 {2}20.* before fw$/);
    expect(rows[3]).toMatch(/^- {2}20.* rolled back: a check failed /);
    write('[-j DROP]');
    expect(apply().status).toBe(0);
    expect(last()).toMatchObject({ outcome: 'applied', generation: 2 });
    expect(fw('history', '--json').stdout).toMatch(/"type":"went-back","id":"\d/);
    const types = fw('history', '--json')
      .stdout.trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly type: string }).type);
    expect(types).toEqual(['before', 'generation', 'went-back', 'generation']);
  });

  test('that was not confirmed is there, however it was brought back', async () => {
    const { ns, fw, write, apply, last } = site();
    write('[-j DROP]');
    expect(apply('--confirm', '1s')).toMatchObject({ status: 0, stderr: '' });
    await expect.poll(() => fw('status').stdout, { timeout: 110_000, interval: 200 }).toContain('Last:');
    expect(last()).toMatchObject({ outcome: 'rolled-back', why: 'not confirmed', said: null });
    expect(inNamespace(ns, 'iptables-save', []).stdout).not.toContain('DROP');
    expect(fw('history').stdout).toMatch(/^- {2}20.* rolled back: not confirmed /m);
  });

  test('outlives its journal', () => {
    const { data, fw, write, apply } = site();
    write('[-j DROP]', FAILING);
    expect(apply().status).toBe(8);
    for (const name of readdirSync(join(data, 'journal'))) {
      if (name.startsWith('ended-')) rmSync(join(data, 'journal', name));
    }
    expect(fw('history').stdout).toMatch(/^- .* rolled back: a check failed /m);
  });

  test('before anything was written is no line of the history', async () => {
    const [ns, ports] = [makeNamespace(), realPorts()];
    const state = stateFolder({ 'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: [-j DROP]}}\n` });
    const error = new FwError('apply.no-watchdog', 'made to fail');
    const arm = () => Promise.reject(error);
    await expect(applyFolder(state, { ...ports, watchdog: { ...ports.watchdog, arm } })).rejects.toBe(error);
    expect(await listHistory(ports)).toEqual([]);
    expect(await ports.generations.prepared()).toEqual([]);
  });
});

describe('a namespace that is gone', () => {
  test('is drift, by its name', () => {
    const { ns, fw, write, apply, data } = site();
    const metrics = join(data, 'fw.prom');
    write('[-j DROP]');
    expect(apply().status).toBe(0);
    expect(fw('drift').status).toBe(0);
    removeNamespace(ns);
    const drifted = fw('drift', '--metrics', metrics);
    expect(drifted.status).toBe(2);
    expect(drifted.stdout).toContain(`${ns} is gone`);
    expect(drifted.stdout).not.toContain('No changes');
    const json: unknown = JSON.parse(fw('drift', '--json').stdout);
    expect(json).toMatchObject({ in_sync: false, gone: [ns] });
    expect(faultsOf('drift', json)).toEqual([]);
    expect(readFileSync(metrics, 'utf8')).toContain('fw_in_sync 0\n');
    expect(fw('diff', 'last', 'live').stdout).toContain(`${ns} is gone`);
  });

  test('does not hide what drifted in another one', () => {
    const { ns, fw, data } = site();
    const other = makeNamespace('other');
    const state = stateFolder({
      'a.yaml': `namespace: [${ns}, ${other}]\ntables: {filter: {INPUT: [-j DROP]}}\n`,
    });
    expect(runBuilt(['apply', '--state', state, '--auto-approve', '--data-dir', data]).status).toBe(0);
    removeNamespace(ns);
    expect(fw('drift').stdout).toContain('Nothing else changed. 1 namespace matches');
    inNamespace(other, 'iptables', ['-F', 'fw-INPUT']);
    const drifted = fw('drift');
    expect(drifted.status).toBe(2);
    expect(drifted.stdout).toContain(`${ns} is gone`);
    expect(drifted.stdout).toContain('- -j DROP');
    expect(drifted.stdout).toContain('1 namespace: 1 drifted');
  });
});

test('what is no generation is told in words, as a mistake of the command line', () => {
  const { fw } = site();
  const told = fw('rollback', 'abc');
  expect(told.status).toBe(64);
  expect(told.stderr).toContain('"abc" is no generation: give a number, last or previous');
  expect(fw('rollback', '41').stderr).toContain('there is no generation 41: none is kept yet');
});
