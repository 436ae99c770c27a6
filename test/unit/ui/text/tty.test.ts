import { describe, expect, it } from 'vitest';
import { screenOf } from '../../../../src/ui/text/tty.ts';

const TTY = { isTTY: true, columns: 120, rows: 40 };
const PIPE = {};
const UTF8 = { LANG: 'en_GB.UTF-8', TERM: 'xterm' };

describe('screenOf', () => {
  it('draws in full at a terminal', () => {
    expect(screenOf(UTF8, TTY, TTY)).toEqual({
      colour: true,
      interactive: true,
      live: true,
      width: 120,
      unicode: true,
    });
  });

  it('is plain into a pipe', () => {
    expect(screenOf(UTF8, PIPE, TTY)).toEqual({
      colour: false,
      interactive: false,
      notAsked: 'stdout',
      live: false,
      width: 100,
      unicode: true,
    });
  });

  it.each([
    ['NO_COLOR', { NO_COLOR: '1' }, {}, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, {}, true],
    ['TERM=dumb', { TERM: 'dumb' }, {}, false],
    ['--no-color', {}, { noColor: true }, false],
    ['--no-color against FORCE_COLOR', { FORCE_COLOR: '1' }, { noColor: true }, false],
    ['NO_COLOR against FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, {}, false],
    ['--color always against NO_COLOR', { NO_COLOR: '1' }, { color: 'always' }, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, {}, false],
    ['CI at a terminal', { CI: 'true' }, {}, true],
  ] as const)('decides colour by %s', (_name, env, flags, colour) => {
    expect(screenOf({ TERM: 'xterm', ...env }, TTY, TTY, flags).colour).toBe(colour);
  });

  it('colours a pipe when forced to', () => {
    expect(screenOf({ FORCE_COLOR: '1' }, PIPE, PIPE).colour).toBe(true);
  });

  it.each([
    ['all are terminals', {}, TTY, TTY, {}, undefined],
    ['the terminal cannot move its cursor', { TERM: 'dumb' }, TTY, TTY, {}, undefined],
    ['CI is switched off', { CI: 'false' }, TTY, TTY, {}, undefined],
    ['there is no terminal', {}, PIPE, PIPE, {}, 'no-terminal'],
    ['there is no terminal, in CI', { CI: 'true' }, PIPE, PIPE, {}, 'no-terminal'],
    ['stdin is no terminal', {}, TTY, PIPE, {}, 'stdin'],
    ['stdout is no terminal', {}, PIPE, TTY, {}, 'stdout'],
    ['CI is set', { CI: 'true' }, TTY, TTY, {}, 'ci'],
    ['CONTINUOUS_INTEGRATION is set', { CONTINUOUS_INTEGRATION: '1' }, TTY, TTY, {}, 'ci'],
    ['--json', {}, TTY, TTY, { json: true }, 'json'],
    ['--no-input, also in a pipe', {}, PIPE, PIPE, { noInput: true }, 'no-input'],
  ] as const)('asks, or says why not, where %s', (_name, env, stdout, stdin, flags, notAsked) => {
    expect(screenOf(env, stdout, stdin, flags)).toMatchObject({ interactive: notAsked === undefined });
    expect(screenOf(env, stdout, stdin, flags).notAsked).toBe(notAsked);
  });

  it.each([
    ['a window', {}, 120, 40, true],
    ['a dumb terminal', { TERM: 'dumb' }, 120, 40, false],
    ['no size', {}, undefined, undefined, false],
    ['a size of 0', {}, 0, 0, false],
    ['no rows', {}, 80, 0, false],
    ['one row', {}, 80, 1, false],
    ['no columns', {}, 0, 24, false],
    ['no columns, whatever COLUMNS says', { COLUMNS: '80' }, 0, 24, false],
  ])('moves the cursor or not in a terminal that has %s', (_name, env, columns, rows, live) => {
    expect(screenOf(env, { isTTY: true, columns, rows }, TTY)).toMatchObject({ interactive: true, live });
  });

  it.each([
    ['COLUMNS', { COLUMNS: '66' }, TTY, 66],
    ['a COLUMNS that is no number', { COLUMNS: '6x' }, TTY, 120],
    ['a terminal that does not say', {}, { isTTY: true, columns: 0 }, 80],
    ['a very wide terminal', {}, { isTTY: true, columns: 400 }, 160],
    ['a very narrow terminal', {}, { isTTY: true, columns: 3 }, 40],
  ])('takes the width from %s', (_name, env, stdout, width) => {
    expect(screenOf(env, stdout, TTY).width).toBe(width);
  });

  it('keeps to ASCII where the locale is not UTF-8', () => {
    expect(screenOf({ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, TTY, TTY).unicode).toBe(false);
    expect(screenOf({}, TTY, TTY).unicode).toBe(false);
    expect(screenOf({ LC_ALL: '', LC_CTYPE: 'C.utf8' }, TTY, TTY).unicode).toBe(true);
  });
});
