import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../../src/cli/commands/index.ts';
import { environmentLists, typedFlags } from '../../../../src/cli/flags/environment-lists.ts';
import { BaseCommand } from '../../../../src/cli/run/base.ts';

const FLAGS = {
  namespace: { type: 'option', multiple: true, env: 'FW_NAMESPACE' },
  var: { type: 'option', multiple: true, env: 'FW_VAR' },
  out: { type: 'option', env: 'FW_OUT' },
};
const words = (env: Readonly<Record<string, string>>, argv: readonly string[] = []) =>
  environmentLists(argv, FLAGS, env).words;

describe('a variable of a flag that may be given more than once', () => {
  test('holds values with commas or line ends between them', () => {
    expect(words({ FW_NAMESPACE: 'blue, red\ntenant-*,' })).toEqual([
      '--namespace=blue',
      '--namespace=red',
      '--namespace=tenant-*',
    ]);
  });

  test('holds texts and paths on lines of their own, since they may have commas', () => {
    expect(words({ FW_VAR: 'who=[a, b]\r\nport=22' })).toEqual(['--var=who=[a, b]', '--var=port=22']);
  });

  test('cannot add a flag', () => {
    expect(words({ FW_NAMESPACE: '--auto-approve,-o' })).toEqual(['--namespace=--auto-approve', '--namespace=-o']);
  });

  test('says nothing where it is empty, or where the flag stands on the command line', () => {
    expect(words({ FW_NAMESPACE: '' })).toEqual([]);
    expect(words({ FW_NAMESPACE: 'blue' }, ['--namespace', 'red'])).toEqual([]);
    expect(words({ FW_NAMESPACE: 'blue' }, ['--namespace=red'])).toEqual([]);
    expect(words({ FW_NAMESPACE: 'blue' }, ['--', '--namespace=red'])).toEqual(['--namespace=blue']);
  });

  test('is not read for a flag with one value', () => {
    expect(words({ FW_OUT: 'a,b' })).toEqual([]);
  });
});

test('typed flags are those of the tokens', () => {
  expect([...typedFlags([{ type: 'arg' }, { type: 'flag', flag: 'out' }])]).toEqual(['out']);
});

const all = Object.entries(COMMANDS)
  .filter(([, command]) => command.hidden !== true)
  .flatMap(([id, command]) =>
    Object.entries({ ...BaseCommand.baseFlags, ...command.flags }).map(([name, flag]) => ({ id, name, flag })),
  );

/** A variable that somebody forgot would turn every apply into a removal. */
const ONLY_TYPED: ReadonlySet<string> = new Set(['destroy']);

test.each(all)('--$name of fw $id has its variable', ({ name, flag }) => {
  expect(flag.env).toBe(ONLY_TYPED.has(name) ? undefined : `FW_${name.toUpperCase().replaceAll('-', '_')}`);
});

test.each(all.filter(({ flag }) => 'multiple' in flag && flag.multiple === true))(
  '--$name of fw $id takes one value at a time, so that what follows is not swallowed',
  ({ flag }) => {
    expect(flag).toMatchObject({ multipleNonGreedy: true });
  },
);
