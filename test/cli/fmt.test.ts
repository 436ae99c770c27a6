import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const CROOKED = 'tables:\n    filter:\n        INPUT:\n            - -j ACCEPT # all\nnamespace: edge\n';
const STRAIGHT = 'namespace: edge\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT # all\n';

test('--check finds work and changes nothing, fmt does it, then there is none', () => {
  const state = stateFolder({ 'a.yaml': CROOKED, 'b.yaml': STRAIGHT });
  const path = join(state, 'a.yaml');
  const checked = runBuilt(['fmt', '--check', '--diff', '--state', state]);
  expect(checked.status).toBe(3);
  expect(checked.stdout).toContain('-    filter:');
  expect(checked.stdout).toContain('+      - -j ACCEPT # all');
  expect(checked.stdout).not.toContain('b.yaml');
  expect(readFileSync(path, 'utf8')).toBe(CROOKED);
  const { mode } = statSync(path);
  expect(runBuilt(['fmt', '--state', state])).toMatchObject({ status: 0, stdout: `${path}\n` });
  expect(readFileSync(path, 'utf8')).toBe(STRAIGHT);
  expect(statSync(path).mode).toBe(mode);
  expect(runBuilt(['fmt', '--check', '--state', state])).toMatchObject({ status: 0, stdout: '' });
});

test('standard input to standard output', () => {
  expect(runBuilt(['fmt', '-'], { input: CROOKED })).toMatchObject({ status: 0, stdout: STRAIGHT });
  expect(runBuilt(['fmt', '-'], { input: 'a: [' }).status).toBe(1);
});
