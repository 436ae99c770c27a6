import { describe, expect, test } from 'vitest';
import { findLoop, jumpOf, jumpTarget } from '../../../../src/core/rule-text/jumps.ts';
import type { Table } from '../../../../src/core/rules/types.ts';

function filter(jumps: Readonly<Record<string, readonly string[]>>): Table {
  const chains = Object.entries(jumps).map(([name, targets]) => ({
    name,
    rules: targets.map((target) => ({ text: `-j ${target}` })),
  }));
  return { name: 'filter', chains };
}

describe('jumpTarget', () => {
  test.each([
    ['-j DROP', 'jump DROP'],
    ['-s 10.0.0.0/8 -g web', 'goto web'],
    ['-j LOG --log-prefix "-j y " --log-level 7', 'jump LOG'],
    ['-m comment --comment "a b" -j RETURN', 'jump RETURN'],
    ['-j LOG --log-prefix "x -j RETURN"', 'jump LOG'],
    ['-j LOG --log-prefix -j -m comment --comment "a b"', 'jump LOG'],
    ['-m comment --comment "x -j y" -j z', 'jump z'],
    ['-m comment --comment "x \\" -j y" -j z', 'jump z'],
    ['-m comment --comment -j -j z', 'jump z'],
    ['-m comment --comment -g -m comment --comment -j -g z', 'goto z'],
    ['-j LOG --log-prefix -j --log-level 7', 'jump LOG'],
    ['-m recent --update --name -j --mask 255.255.255.255 --rsource -j z', 'jump z'],
    ['-m string --string "it\'s -j y" --algo bm -j z', 'jump z'],
  ])('%s goes by %s', (text, expected) => {
    const jump = jumpTarget(text);
    expect(`${jump?.kind} ${jump?.chain}`).toBe(expected);
  });

  test.each(['', '-s 10.0.0.0/8', '-m comment --comment "-j x"', '-m comment --comment -j'])(
    '%j goes nowhere',
    (text) => {
      expect(jumpTarget(text)).toBeUndefined();
    },
  );
});

describe('findLoop', () => {
  test('finds a loop behind a built-in chain', () => {
    expect(findLoop(filter({ INPUT: ['a'], a: ['DROP', 'b'], b: ['c'], c: ['b'] }))).toEqual(['b', 'c', 'b']);
    expect(findLoop(filter({ OUTPUT: ['a'], a: ['a'] }))).toEqual(['a', 'a']);
  });

  test('leaves loops that no packet reaches, and chains that meet again', () => {
    expect(findLoop(filter({ INPUT: ['c'], a: ['b'], b: ['a'], c: [] }))).toBeUndefined();
    expect(findLoop(filter({ INPUT: ['a', 'b'], a: ['c'], b: ['c'], c: ['ACCEPT'] }))).toBeUndefined();
  });

  test('follows 20,000 chains in a row', () => {
    const links = Array.from({ length: 20_000 }, (_, index) => [`c${index}`, [`c${index + 1}`]] as const);
    const loop = findLoop(filter({ INPUT: ['c0'], ...Object.fromEntries(links), c20000: ['c19999'] }));
    expect(loop).toEqual(['c19999', 'c20000', 'c19999']);
  });
});

describe('jumpOf', () => {
  test.each([
    '-j DROP',
    '-s 10.0.0.0/8 -g web',
    '-j LOG --log-prefix "x -j RETURN"',
    '-p tcp',
    '-m comment --comment -j -j z',
  ])('%s goes where its text says, however often it is asked', (text) => {
    const rule = { text };
    expect([jumpOf(rule), jumpOf(rule), jumpOf({ text })]).toEqual(Array(3).fill(jumpTarget(text)));
  });

  test('is found once', () => {
    let asked = 0;
    const rule = {
      get text() {
        asked += 1;
        return asked === 1 ? '-j web' : '-j other';
      },
    };
    expect([jumpOf(rule)?.chain, jumpOf(rule)?.chain]).toEqual(['web', 'web']);
  });
});
