import { describe, expect, test } from 'vitest';
import { notAsBefore, notAsPlanned } from '../../../../src/core/ownership/compare-with-step.ts';
import { revertTable } from '../../../../src/core/ownership/revert.ts';
import type { TableChange } from '../../../../src/core/ownership/table-change.ts';
import type { StepOwnership } from '../../../../src/core/ownership/types.ts';
import { tableOf } from '../../../support/table-of.ts';

const table = (text: string) => tableOf('filter', text);

function change(ownership: StepOwnership, before: string, after: string): TableChange {
  return { table: 'filter', ownership, before: table(before), after: table(after) };
}

describe('an exclusive table that keeps DOCKER*', () => {
  const BEFORE = ':DOCKER -\n-A INPUT -i lo -j ACCEPT\n-A INPUT -j DOCKER\n-A old -j DROP\n-A DOCKER -j RETURN';
  const AFTER =
    ':DOCKER -\n:INPUT DROP\n-A INPUT -j DOCKER\n-A INPUT -p tcp -j ACCEPT\n-A new -j DROP\n-A DOCKER -j RETURN';
  const step = change({ kind: 'exclusive', keep: ['DOCKER*'] }, BEFORE, AFTER);

  test.each([
    ['as it was', BEFORE, []],
    ['a rule of Docker more', `${BEFORE}\n-A DOCKER -j DROP`, []],
    ['a rule of somebody more in a chain of ours', `${BEFORE}\n-A INPUT -s 192.0.2.1/32 -j DROP`, []],
    ['Docker took its jump away', BEFORE.replace('-A INPUT -j DOCKER\n', ''), []],
    ['a rule that the step brought', `${BEFORE}\n-A INPUT -p tcp -j ACCEPT`, ['INPUT']],
    ['a rule that the step took away', BEFORE.replace('-A INPUT -i lo -j ACCEPT\n', ''), ['INPUT']],
    [
      'the order',
      BEFORE.replace('-A INPUT -i lo -j ACCEPT\n-A INPUT -j DOCKER', '-A INPUT -j DOCKER\n-A INPUT -i lo -j ACCEPT'),
      ['INPUT'],
    ],
    ['the policy', `:INPUT DROP\n${BEFORE}`, ['INPUT']],
    ['a chain that the step made', `${BEFORE}\n-A new -j DROP`, ['new']],
    ['a chain that the step took away', BEFORE.replace('-A old -j DROP\n', ''), ['old']],
    ['the step itself', AFTER, ['INPUT', 'new', 'old']],
  ])('is as it was but for what others did: %s', (_, live, wrong) => {
    expect([...notAsBefore(step, table(live))].sort()).toEqual(wrong);
    expect(notAsBefore(step, revertTable(step, table(live)))).toEqual([]);
  });

  test.each([
    ['as planned', AFTER, []],
    ['Docker adds a jump and a rule', `${AFTER}\n-A FORWARD -j DOCKER\n-A DOCKER -j DROP`, []],
    ['a rule is missing', AFTER.replace('-A INPUT -p tcp -j ACCEPT\n', ''), ['INPUT']],
    ['a rule of somebody in a chain of ours', `${AFTER}\n-A INPUT -s 192.0.2.1/32 -j DROP`, ['INPUT']],
    ['the policy', AFTER.replace(':INPUT DROP\n', ''), ['INPUT']],
    ['a chain of ours is missing', AFTER.replace('-A new -j DROP\n', ''), ['new']],
    ['a chain that should be gone', `${AFTER}\n-A old -j DROP`, ['old']],
  ])('is as planned: %s', (_, live, wrong) => {
    expect(notAsPlanned(step, table(live))).toEqual(wrong);
  });

  test('after a reboot it comes back without the chains of others, and without the jumps to them', () => {
    const back = revertTable(step, undefined);
    expect(back.chains.map(({ name, rules }) => [name, ...rules.map(({ text }) => text)])).toEqual([
      ['INPUT', '-i lo -j ACCEPT'],
      ['FORWARD'],
      ['OUTPUT'],
      ['old', '-j DROP'],
    ]);
    expect(notAsBefore(step, back)).toEqual([]);
    expect(notAsBefore(step, undefined)).toEqual(['INPUT', 'old']);
  });
});

describe('a table that is shared', () => {
  const BEFORE = '-A INPUT -s 192.0.2.1/32 -j DROP';
  const AFTER = ':INPUT DROP\n-A INPUT -j fw-INPUT\n-A INPUT -s 192.0.2.1/32 -j DROP\n-A fw-INPUT -j ACCEPT';
  const step = change({ kind: 'shared', owners: ['fw'] }, BEFORE, AFTER);

  test.each([
    ['as it was', BEFORE, []],
    ['others put rules in and took theirs away', '-A INPUT -j LOG\n-A more -j DROP', []],
    ['our jump is still there', `${BEFORE}\n-A INPUT -j fw-INPUT\n:fw-INPUT -`, ['INPUT', 'fw-INPUT']],
    ['our policy is still there', `:INPUT DROP\n${BEFORE}`, ['INPUT']],
    ['our chain is still there', `${BEFORE}\n-A fw-INPUT -j ACCEPT`, ['fw-INPUT']],
  ])('is as it was but for what others did: %s', (_, live, wrong) => {
    expect(notAsBefore(step, table(live))).toEqual(wrong);
  });
});

test('a change that its ownership does not cover is held against what was there all the same', () => {
  const [before, after] = ['-A DOCKER-USER -j RETURN', '-A DOCKER-USER -s 10.0.0.1/32 -j DROP'];
  for (const ownership of [
    { kind: 'exclusive', keep: ['DOCKER*'] },
    { kind: 'shared', owners: ['zz'] },
  ] as const) {
    const step = change(ownership, before, after);
    expect(notAsBefore(step, table(after))).toEqual(['DOCKER-USER']);
    expect(revertTable(step, table(after)).chains.at(-1)).toEqual({
      name: 'DOCKER-USER',
      rules: [{ text: '-j RETURN' }],
    });
  }
});

describe('a chain of the name that the step gives to a new one, made by somebody else', () => {
  const BEFORE = '-A INPUT -i lo -j ACCEPT';
  const AFTER = '-A INPUT -j new\n-A new -p tcp -j DROP';
  const step = change({ kind: 'exclusive', keep: [] }, BEFORE, AFTER);
  const theirs = '-A new -s 192.0.2.1/32 -j DROP';

  test('stays where the commit was refused because of it', () => {
    const live = table(`${BEFORE}\n${theirs}`);
    expect(notAsBefore(step, live)).toEqual([]);
    expect(revertTable(step, live).chains.at(-1)).toEqual({
      name: 'new',
      rules: [{ text: '-s 192.0.2.1/32 -j DROP' }],
    });
  });

  test.each([
    ['the commit was done', `${AFTER}\n${theirs}`],
    ['it holds a rule of ours', `${BEFORE}\n${theirs}\n-A new -p tcp -j DROP`],
    ['our rules in another chain are still there', `${BEFORE}\n-A INPUT -j new\n${theirs}`],
    ['it is empty', `${BEFORE}\n:new -`],
  ])('is taken for ours where %s', (_, live) => {
    expect(notAsBefore(step, table(live))).toContain('new');
    expect(revertTable(step, table(live)).chains.map(({ name }) => name)).not.toContain('new');
  });

  test('is always ours by the prefix of an owner, or where nothing else tells that the commit was refused', () => {
    const shared = change({ kind: 'shared', owners: ['fw'] }, '', '-A INPUT -j fw-new\n-A fw-new -j DROP');
    expect(notAsBefore(shared, table('-A fw-new -j ACCEPT'))).toEqual(['fw-new']);
    const alone = change({ kind: 'exclusive', keep: [] }, '', '-A new -j DROP');
    expect(notAsBefore(alone, table('-A new -j ACCEPT'))).toEqual(['new']);
  });
});
