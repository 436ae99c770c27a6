import { describe, expect, test } from 'vitest';
import { printStepEdits } from '../../../../src/core/plan/step-edits.ts';
import { readSetStep, type StoredSetStep, storeSetStep } from '../../../../src/core/plan/stored-step.ts';
import { isAfter, isBefore } from '../../../../src/core/sets/check-step.ts';
import { compileSet } from '../../../../src/core/sets/compile-set.ts';
import { allLines, linesOf } from '../../../../src/core/sets/ipset/lines.ts';
import { parseSavedSet } from '../../../../src/core/sets/ipset/parse-saved-set.ts';
import { printSetEdits } from '../../../../src/core/sets/ipset/print-set-edits.ts';
import type { LiveSet, SetPair, SetStep } from '../../../../src/core/sets/ipset/types.ts';
import { keepSets, pairKept } from '../../../../src/core/sets/keep-sets.ts';
import { matchEntries, settleEntries } from '../../../../src/core/sets/match-entries.ts';
import { showsWhatItDoes } from '../../../../src/core/sets/shows-what-it-does.ts';
import { undoSet } from '../../../../src/core/sets/undo-set.ts';

const HOST = { kind: 'host' } as const;
const HEADER = 'hash:net family inet maxelem 65536';
const KERNEL = 'hash:net family inet hashsize 1024 maxelem 65536';

function live(entries: readonly string[], header = KERNEL): LiveSet {
  const text = [`create s ${header} bucketsize 12 initval 0x1`, ...entries.map((one) => `add s ${one}`), ''].join('\n');
  const parsed = parseSavedSet('s', text, 1);
  if (parsed === undefined) throw new Error('no set');
  return parsed;
}

function pair(before: LiveSet | undefined, entries: readonly string[], header = HEADER): SetPair {
  const lines = linesOf(entries);
  const settled = settleEntries(before, matchEntries(before, lines), lines, lines);
  return {
    name: 's',
    ...(before && { live: before }),
    desired: { declared: 's', header, isManaged: true, ...settled },
  };
}

function step(before: LiveSet | undefined, entries: readonly string[], header = HEADER): SetStep {
  const made = compileSet(HOST, pair(before, entries, header), undefined);
  if (made === undefined) throw new Error('nothing changes');
  // Whatever is planned can be compared with itself, as a plan file is.
  const kept = readSetStep(JSON.parse(JSON.stringify(storeSetStep(made))) as StoredSetStep);
  expect(kept !== undefined && showsWhatItDoes(kept)).toBe(true);
  expect(kept && storeSetStep(kept)).toEqual(storeSetStep(made));
  return made;
}

const FIVE = ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16', '10.4.0.0/16', '10.5.0.0/16'];

describe('the work for a set', () => {
  test('a new set', () => {
    expect(storeSetStep(step(undefined, ['10.0.0.0/8']))).toMatchObject({
      change: 'create',
      restore: `create s ${HEADER}\nadd s 10.0.0.0/8\n`,
      rollback: 'destroy s\n',
    });
  });

  test('few entries one by one: what goes before what comes', () => {
    expect(storeSetStep(step(live(FIVE), [...FIVE.slice(1), '10.9.0.0/16']))).toMatchObject({
      change: 'update',
      restore: 'del s 10.1.0.0/16\nadd s 10.9.0.0/16\n',
      rollback: 'del s 10.9.0.0/16\nadd s 10.1.0.0/16\n',
      counts: { before: 5, after: 5 },
    });
  });

  test('many by a swap', () => {
    const made = step(live(FIVE), ['10.9.0.0/16']);
    expect(made.change).toBe('replace');
    expect(printStepEdits(made)).toBe(`create s~ ${HEADER}\nadd s~ 10.9.0.0/16\nswap s~ s\ndestroy s~\n`);
  });

  test('a set made anew that shows fewer changes than it makes does not pass', () => {
    const made = step(live(FIVE), ['10.9.0.0/16', ...FIVE.slice(0, 1)], `${HEADER} counters`);
    expect(made).toMatchObject({ change: 'replace', added: 1, removed: 4 });
    for (const lie of [{ removed: 0 }, { added: 0 }, { isManaged: false }, { isManaged: false, added: 0, removed: 0 }])
      expect(showsWhatItDoes({ ...made, ...lie })).toBe(false);
  });

  test('another comment takes the element away and brings it again', () => {
    const kernel = `${KERNEL} comment`;
    const made = step(
      live([...FIVE, '11.0.0.0/8 comment "a"'], kernel),
      [...FIVE, '11.0.0.0/8 comment "b"'],
      `${HEADER} comment`,
    );
    expect(printStepEdits(made)).toBe('del s 11.0.0.0/8\nadd s 11.0.0.0/8 comment "b"\n');
    expect(isAfter(made, live([...FIVE, '11.0.0.0/8 comment "b"'], kernel))).toBe(true);
    expect(isAfter(made, live([...FIVE, '11.0.0.0/8 comment "a"'], kernel))).toBe(false);
  });

  test('nothing to do is no step, whatever the order', () => {
    expect(compileSet(HOST, pair(live(FIVE), FIVE.toReversed()), undefined)).toBeUndefined();
  });
});

describe('the way back', () => {
  const goal = [...FIVE.slice(1), '10.9.0.0/16'];

  test.each([
    ['nothing was done', FIVE, []],
    ['half was done', FIVE.slice(1), ['add s 10.1.0.0/16\n']],
    ['all was done', goal, ['del s 10.9.0.0/16\nadd s 10.1.0.0/16\n']],
    ['others added one', [...goal, '12.0.0.0/8'], ['del s 10.9.0.0/16\nadd s 10.1.0.0/16\n']],
  ])('%s', (_, now, texts) => {
    expect(undoSet(step(live(FIVE), goal), live(now), undefined).map(printSetEdits)).toEqual(texts);
  });

  test('a replaced set comes back whole, and a copy that was left goes', () => {
    const made = step(live(FIVE), ['10.9.0.0/16']);
    expect(undoSet(made, live(FIVE), live(['10.0.0.0/16'])).map(printSetEdits)).toEqual(['destroy s~\n']);
    expect(undoSet(made, live(['10.9.0.0/16']), undefined)).toEqual([made.reverse]);
    expect(undoSet(made, undefined, undefined).map(printSetEdits)).toEqual([
      `create s ${HEADER}\n${FIVE.map((one) => `add s ${one}\n`).join('')}`,
    ]);
  });

  test('what a step starts from and makes is told apart', () => {
    const made = step(live(FIVE), goal);
    expect(
      [FIVE, goal, [...FIVE, '12.0.0.0/8']].map((now) => [isBefore(made, live(now)), isAfter(made, live(now))]),
    ).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});

test('a kept set gives the same plan again', () => {
  const before = live(FIVE);
  const kept = keepSets([pair(before, ['10.9.0.0/16', ...FIVE])]);
  expect(kept).toMatchObject([{ name: 's', entries: `${FIVE.join('\n')}\n10.9.0.0/16\n` }]);
  const [again] = pairKept(kept, [before]);
  expect(again?.desired?.added).toEqual(['10.9.0.0/16']);
  expect(allLines(before.entries)).toEqual(FIVE);
});

test('entries with a time are those of others, and stay through a new set', () => {
  const timed = live(['10.1.0.0/16 timeout 0', '10.2.0.0/16 timeout 77'], `${KERNEL} timeout 600`);
  expect([allLines(timed.entries), timed.passing]).toEqual([['10.1.0.0/16'], ['10.2.0.0/16 timeout 77']]);
  const made = step(timed, ['10.1.0.0/16'], `${HEADER} timeout 5`);
  expect(printStepEdits(made)).toBe(
    `create s~ ${HEADER} timeout 5\nadd s~ 10.1.0.0/16 timeout 0 -exist\nadd s~ 10.2.0.0/16 timeout 77 -exist\nswap s~ s\ndestroy s~\n`,
  );
});
