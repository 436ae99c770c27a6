import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../../src/cli/commands/index.ts';
import { refuseEmptyVariables, refuseEmptyWords } from '../../../../src/cli/flags/refuse-empty.ts';

const FLAGS = COMMANDS.apply?.flags ?? {};
const VARIABLES = [
  'FW_NAMESPACE',
  'FW_TABLE',
  'FW_FAMILY',
  'FW_TARGET',
  'FW_EXCLUDE',
  'FW_APPROVED',
  'FW_REQUIRE_SIGNATURE',
  'FW_CONFIRM',
];

describe('a variable that narrows an apply', () => {
  test.each(VARIABLES)('%s is refused where it has nothing in it', (name) => {
    for (const text of ['', ' ', ',', '\n, ']) {
      expect(() => refuseEmptyVariables([], FLAGS, { [name]: text })).toThrow(`${name} is set and has nothing in it`);
    }
    expect(() => refuseEmptyVariables([], FLAGS, { [name]: 'x' })).not.toThrow();
    expect(() => refuseEmptyVariables([], FLAGS, {})).not.toThrow();
  });

  test('is not looked at where the flag is typed, or where the command does not have it', () => {
    expect(() => refuseEmptyVariables(['--namespace', 'edge'], FLAGS, { FW_NAMESPACE: '' })).not.toThrow();
    expect(() => refuseEmptyVariables([], {}, { FW_NAMESPACE: '' })).not.toThrow();
  });
});

test('an empty value on the command line is refused', () => {
  expect(() => refuseEmptyWords([{ type: 'flag', flag: 'data-dir', input: '' }])).toThrow(
    '--data-dir has nothing in it',
  );
  expect(() => refuseEmptyWords([{ type: 'flag', flag: 'json', input: '--json' }])).not.toThrow();
  expect(() => refuseEmptyWords([{ type: 'arg', input: '' }])).not.toThrow();
});
