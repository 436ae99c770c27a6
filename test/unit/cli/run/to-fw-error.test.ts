import { Errors } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { exitOf, toFwError } from '../../../../src/cli/run/to-fw-error.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';

describe('toFwError', () => {
  test('passes an FwError on', () => {
    const error = new FwError('plan.stale', 'x');
    expect(toFwError(error, 'apply', 'not proven: the way back failed')).toBe(error);
  });

  test('knows an FwError of another bundle by its shape', () => {
    const foreign = Object.assign(new Error('x'), { name: 'FwError', code: 'plan.guard' });
    expect(toFwError(foreign, 'apply')).toBe(foreign);
  });

  test("makes oclif's complaint a usage error that names the help of the command", () => {
    const error = toFwError(new Errors.CLIError('Nonexistent flag: --nope\nSee more help with --help'), 'plan');
    expect(error).toMatchObject({
      code: 'usage',
      exit: 64,
      message: 'Nonexistent flag: --nope',
      firewall: 'unchanged',
      next: 'see fw plan --help',
    });
  });

  test.each([
    ['--refresh-only', 'fw drift'],
    ['--destroy', '--allow-empty'],
    ['--no-lock', '--lock-timeout'],
    ['--no-refresh', '--live'],
    ['--target-file=x', 'FW_TARGET'],
  ])('names what fw has in the place of %s of Terraform', (flag, advice) => {
    const error = toFwError(new Errors.CLIError(`Nonexistent flag: ${flag}\nSee more help with --help`), 'plan');
    expect(error).toMatchObject({ code: 'usage', exit: 64, next: expect.stringContaining(advice) });
  });

  test('puts a complaint of several lines on one', () => {
    const words = 'Parsing --n \n\tExpected an integer but received: x\nSee more help with --help';
    expect(toFwError(new Errors.CLIError(words), undefined)).toMatchObject({
      message: '--n: Expected an integer but received: x',
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
