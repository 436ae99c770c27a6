import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

test('the log tells what was applied, refused, rolled back, rejected and confirmed, each once', () => {
  const [ns, data, state] = [makeNamespace(), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data]);
  const write = (rules: string, more = '') =>
    writeFiles(state, { 'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: ${rules}}}\n${more}` });
  const apply = (...args: readonly string[]) => fw('apply', '--state', state, ...args).status;
  const events = () => {
    const document = JSON.parse(fw('log', '--json').stdout) as {
      readonly events: readonly { readonly event: string }[];
    };
    expect(faultsOf('log', document)).toEqual([]);
    return document.events.map(({ event }) => event);
  };
  expect(fw('log').stdout).toBe('Nothing happened yet: this data folder keeps no event.\n');
  write('[-j ACCEPT]');
  expect(apply('--no-input')).toBe(6);
  expect(events()).toEqual(['refused']);
  expect(apply('--auto-approve', '--confirm', '5m')).toBe(0);
  expect(events()).toEqual(['refused', 'began', 'waits']);
  expect(fw('confirm').status).toBe(0);
  write('[-j DROP]', 'checks: [{command: [/bin/false], retries: 0, name: never}]\n');
  expect(apply('--auto-approve')).toBe(8);
  write('[-j DROP]');
  expect(apply('--auto-approve', '--confirm', '5m')).toBe(0);
  expect(fw('confirm', '--reject').status).toBe(0);
  const all = ['refused', 'waits', 'confirmed', 'rolled-back', 'began', 'rejected'];
  expect(events()).toEqual(all);
  const lines = fw('log').stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1 + all.length);
  expect(lines[3]).toMatch(/^20\S+ \S+ [+-]\d\d:\d\d {2}confirmed +1 +\S+ +apply \S+$/);
  appendFileSync(join(data, 'fw.log'), '2020-01-01T00:00:00.000Z the watchdog tells\nno line of fw\n', { mode: 0o600 });
  expect(events()).toEqual(['watchdog', ...all]);
  writeFileSync(join(data, 'receipts/1.json'), 'altered');
  const altered = fw('log', '--newest', '1');
  expect(altered).toMatchObject({ status: 0, stderr: expect.stringContaining('receipt 1 cannot be read') });
  expect(altered.stdout).toContain('rejected');
});
