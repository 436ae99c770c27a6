import { describe, expect, test } from 'vitest';
import { addEdit, compileSet } from '../../../../src/core/sets/compile-set.ts';
import { linesOf } from '../../../../src/core/sets/ipset/lines.ts';
import { delEdit } from '../../../../src/core/sets/ipset/set-edit.ts';
import type { LiveSet, SetPair, SetStep } from '../../../../src/core/sets/ipset/types.ts';
import { isRestored } from '../../../../src/core/sets/is-restored.ts';
import { undoSet } from '../../../../src/core/sets/undo-set.ts';

const HEADER = 'hash:ip family inet maxelem 65536';
const PLENTY = ['10.0.0.10', '10.0.0.11', '10.0.0.12', '10.0.0.13'];

function live(...entries: readonly string[]): LiveSet {
  return { name: 'fw-a', header: HEADER, references: 1, entries: linesOf(entries), passing: [] };
}

function step(pair: Partial<SetPair>): SetStep {
  const made = compileSet({ kind: 'host' }, { name: 'fw-a', ...pair }, undefined);
  if (made === undefined) throw new Error('nothing changes');
  return made;
}

const desired = (header: string, added: readonly string[], removed: readonly string[], kept: readonly number[]) => ({
  declared: 'a',
  header,
  isManaged: true,
  added,
  removed,
  kept,
});

const update = step({
  live: live('10.0.0.1', ...PLENTY),
  desired: desired(HEADER, ['10.0.0.2'], ['10.0.0.1'], [1, 2, 3, 4]),
});
const create = step({ desired: desired(HEADER, ['10.0.0.2'], [], []) });
const destroy = step({ live: live('10.0.0.1', '10.0.0.3') });
const replace = step({
  live: live('10.0.0.1'),
  desired: desired('hash:ip family inet maxelem 99', ['10.0.0.2'], ['10.0.0.1'], []),
});

describe('a set is as it was', () => {
  test.each<readonly [string, SetStep, LiveSet | undefined, boolean]>([
    ['update: what went is there again, what came is gone', update, live('10.0.0.1', ...PLENTY), true],
    ['update: others added since', update, live('10.0.0.1', '192.0.2.1', ...PLENTY), true],
    ['update: what came is still there', update, live('10.0.0.1', '10.0.0.2', ...PLENTY), false],
    ['update: what went is missing', update, live(...PLENTY), false],
    ['update: the set is gone', update, undefined, false],
    ['create: gone', create, undefined, true],
    ['create: still there', create, live(), false],
    ['destroy: there with all', destroy, live('10.0.0.1', '10.0.0.3', '192.0.2.1'), true],
    ['destroy: there without some', destroy, live('10.0.0.3'), false],
    ['destroy: another set of that name', destroy, { ...live('10.0.0.1', '10.0.0.3'), header: 'hash:net' }, false],
    ['destroy: not there', destroy, undefined, false],
    ['replace: as before', replace, live('10.0.0.1'), true],
    ['replace: still the new one', replace, { ...live('10.0.0.2'), header: 'hash:ip family inet maxelem 99' }, false],
  ])('%s', (_, one, found, isBack) => {
    expect(isRestored(one, found)).toBe(isBack);
  });

  test('a way back that leaves out what the change brought proves nothing', () => {
    const forged = { ...update, reverse: [addEdit('fw-a', ['10.0.0.1'], HEADER)] };
    const stays = live('10.0.0.1', '10.0.0.2', ...PLENTY);
    expect(undoSet(forged, stays, undefined)).toEqual([]);
    expect(isRestored(forged, stays)).toBe(false);
    expect(isRestored({ ...update, reverse: [delEdit('fw-a', ['10.0.0.2'])] }, live(...PLENTY))).toBe(false);
  });

  test('a destroyed set that somebody made again gets back what it lacks', () => {
    expect(undoSet(destroy, live('10.0.0.3', '192.0.2.1'), undefined)).toEqual([
      [addEdit('fw-a', ['10.0.0.1'], HEADER)],
    ]);
    expect(undoSet(destroy, live('10.0.0.3', '10.0.0.1'), undefined)).toEqual([]);
  });
});
