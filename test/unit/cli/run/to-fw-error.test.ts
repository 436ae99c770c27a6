import { type Command, Errors, Parser } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import Apply from '../../../../src/cli/commands/apply.ts';
import Show from '../../../../src/cli/commands/show.ts';
import { exitOf, toFwError } from '../../../../src/cli/run/to-fw-error.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';

/** What oclif says of a command line. */
async function refusal(argv: string[], command: Command.Class): Promise<unknown> {
  const { flags, baseFlags, args } = command;
  return Parser.parse(argv, { flags: { ...baseFlags, ...flags }, args, strict: true }).catch((error: unknown) => error);
}

describe('toFwError', () => {
  test('passes an FwError on', () => {
    const error = new FwError('plan.stale', 'x');
    expect(toFwError(error, 'apply', 'not proven: the way back failed')).toBe(error);
  });

  test('knows an FwError of another bundle by its shape', () => {
    const foreign = Object.assign(new Error('x'), { name: 'FwError', code: 'plan.guard' });
    expect(toFwError(foreign, 'apply')).toBe(foreign);
  });

  test.each([
    ['--auto-aprov', 'Did you mean --auto-approve?'],
    ['--requier', 'Did you mean --require-signature?'],
    ['--zzzz', 'see fw apply --help'],
  ])('finds the flag that %s begins', async (typed, next) => {
    expect(toFwError(await refusal([typed], Apply), 'apply')).toMatchObject({ code: 'usage', next });
  });

  test("makes oclif's complaint a usage error that names the help of the command", () => {
    const error = toFwError(new Errors.CLIError('Nonexistent flag: --nope\nSee more help with --help'), 'plan');
    expect(error).toMatchObject({
      code: 'usage',
      exit: 64,
      message: 'there is no flag --nope',
      firewall: 'unchanged',
      next: 'see fw plan --help',
    });
  });

  test.each([
    ['--refresh-only', 'fw drift'],
    ['--destroy', 'fw apply --destroy NAMESPACE'],
    ['--format', 'fw show FILE --format html'],
    ['--no-lock', '--lock-timeout'],
    ['--no-refresh', '--live'],
    ['--target-file=x', 'FW_TARGET'],
  ])('names what fw has in the place of %s of Terraform', (flag, advice) => {
    const error = toFwError(new Errors.CLIError(`Nonexistent flag: ${flag}\nSee more help with --help`), 'plan');
    expect(error).toMatchObject({ code: 'usage', exit: 64, next: expect.stringContaining(advice) });
  });

  test.each([
    ['command list not found', 'there is no command list', 'Did you mean fw show live?'],
    ['command aply not found', 'there is no command aply', 'Did you mean fw apply?'],
    ['Command plann not found.', 'there is no command plann', 'Did you mean fw plan?'],
    ['command state:lst not found', 'there is no command state lst', 'Did you mean fw state list?'],
    ['command undo not found', 'there is no command undo', 'Did you mean fw rollback?'],
    ['command zzzzzz not found', 'there is no command zzzzzz', 'see fw --help'],
    ['command plan:web.yaml not found', 'fw plan takes no argument', expect.stringContaining('--state PATH')],
    [
      'command --no-color not found',
      '--no-color stands where the command should',
      expect.stringContaining('command first'),
    ],
  ])('says of "%s" what was meant', (words, message, next) => {
    const commands = ['apply', 'plan', 'rollback', 'state:list'];
    expect(toFwError(new Errors.CLIError(words), undefined, 'unchanged', commands)).toMatchObject({ message, next });
  });

  test.each([
    [['--auto-aprove'], 'there is no flag --auto-aprove', 'Did you mean --auto-approve?'],
    [['--sate=x'], 'there is no flag --sate=x', 'Did you mean --state?'],
    [['--zzzzzz'], 'there is no flag --zzzzzz', 'see fw apply --help'],
    [['-x'], 'there is no flag -x', 'see fw apply --help'],
    [
      ['--confirm', '20'],
      '--confirm: "20" is not a length of time: write 90s, 5m or 1h, at most 24h',
      'see fw apply --help',
    ],
  ])('says of the flags %j what was meant', async (argv, message, next) => {
    const refused = await refusal(argv, Apply);
    expect(toFwError(refused, 'apply')).toMatchObject({ code: 'usage', exit: 64, message, next });
  });

  test('names the argument that is missing, and nothing of flags', async () => {
    const { message } = toFwError(await refusal([], Show), 'show');
    expect(message).toMatch(/^WHAT is missing\. A file of fw plan --out, .*live$/);
  });

  test('puts a complaint of several lines on one', () => {
    const words = 'Parsing --n \n\tExpected an integer but received: x\nSee more help with --help';
    expect(toFwError(new Errors.CLIError(words), undefined)).toMatchObject({
      message: '--n: "x" is not a whole number',
      next: 'see fw --help',
    });
  });

  test('calls everything else a bug and keeps its stack', () => {
    const error = toFwError(new TypeError('boom'), 'plan');
    expect(error).toMatchObject({ code: 'internal.bug', exit: 1, firewall: 'unchanged' });
    expect(error.output).toMatch(/^TypeError: boom\n +at /);
  });

  test('never says that nothing changed about a bug in the middle of an apply', () => {
    const error = toFwError('thrown text', 'apply', 'not proven: the way back failed');
    expect(error).toMatchObject({
      code: 'apply.broken',
      exit: 9,
      firewall: 'not proven: the way back failed',
      output: 'thrown text',
    });
  });
});

describe('exitOf', () => {
  test('reads the number of a command that asked to leave', () => {
    expect(exitOf(new Errors.ExitError(5))).toBe(5);
    expect(exitOf(new Errors.ExitError(0))).toBe(0);
  });

  test('is undefined for every other error', () => {
    expect(exitOf(new Errors.CLIError('x'))).toBeUndefined();
    expect(exitOf(undefined)).toBeUndefined();
  });
});
