import { expect, test } from 'vitest';
import { approvalOf, approvalOfOne, type Reviewed } from '../../../../src/core/approval/approval-of.ts';
import { type Approved, findUnapproved } from '../../../../src/core/approval/find-unapproved.ts';

const way = (namespace: string, from: string, to: string): Reviewed['transitions'][number] => ({
  namespace: namespace === 'host' ? { kind: 'host' } : { kind: 'named', name: namespace },
  from: `sha256:${from.repeat(64)}`,
  to: `sha256:${to.repeat(64)}`,
});
const command = (...words: string[]): Reviewed['checks'][number] => ({ probe: { kind: 'command', words } });
const of = (transitions: Reviewed['transitions'], ...checks: Reviewed['checks'][number][]): Reviewed => ({
  transitions,
  checks,
});
const reviewed = (...plans: readonly Reviewed[]): Approved => ({ plans, names: new Set() });
const named = (...names: readonly (string | undefined)[]): Approved => ({
  plans: [],
  names: new Set(names.filter((name) => name !== undefined)),
});

const PLAN = of([way('blue', '1', '2'), way('red', '3', '4')]);

test('namespaces that go the same way have one approval, whatever they are called and in whatever order', () => {
  const twenty = of([way('host', '3', '4'), ...Array.from({ length: 20 }, (_, at) => way(`t-${at}`, '1', '2'))]);
  expect(approvalOf(twenty)).toBe(approvalOf(PLAN));
  expect(approvalOf(of([way('a', '1', '2'), way('b', '1', '2')]))).toBe(approvalOfOne(way('c', '1', '2'), []));
  expect(approvalOf(of([way('blue', '1', '2')]))).not.toBe(approvalOf(PLAN));
  expect(approvalOf(of([way('blue', '2', '1')]))).not.toBe(approvalOf(of([way('blue', '1', '2')])));
  expect(approvalOf(of([]))).toBeUndefined();
});

test('a plan is approved by its name, by the names of its namespaces, and by a reviewed plan with its ways', () => {
  expect(findUnapproved(PLAN, named(approvalOf(PLAN)))).toEqual([]);
  expect(findUnapproved(PLAN, named(...PLAN.transitions.map((one) => approvalOfOne(one, []))))).toEqual([]);
  expect(findUnapproved(PLAN, reviewed(PLAN))).toEqual([]);
  expect(findUnapproved(of([way('elsewhere', '3', '4')]), reviewed(PLAN))).toEqual([]);
  expect(findUnapproved(PLAN, reviewed(of([way('x', '1', '2')]), of([way('y', '3', '4')])))).toEqual([]);
});

test('what goes another way is not approved, and is named with the approval that it needs', () => {
  const [blue, red] = PLAN.transitions;
  if (blue === undefined || red === undefined) throw new Error('no transitions');
  expect(findUnapproved(PLAN, named(approvalOfOne(blue, [])))).toEqual([
    `red: 333333333333 -> 444444444444, approval ${approvalOfOne(red, [])}`,
  ]);
  expect(findUnapproved(of([way('blue', '1', '4')]), reviewed(PLAN))).toHaveLength(1);
  expect(findUnapproved(of([way('blue', '2', '1')]), reviewed(PLAN))).toHaveLength(1);
  expect(findUnapproved(PLAN, named('sha256:0'))).toHaveLength(2);
});

test('a command that nobody reviewed is not approved by the ways of the rules', () => {
  const checked = of(PLAN.transitions, command('/usr/bin/true'));
  expect(approvalOf(checked)).not.toBe(approvalOf(PLAN));
  expect(findUnapproved(checked, reviewed(PLAN))).toEqual(['command of a check: ["/usr/bin/true"]']);
  expect(findUnapproved(checked, named(approvalOf(PLAN)))).not.toEqual([]);
  expect(findUnapproved(checked, named(approvalOf(checked)))).toEqual([]);
  expect(findUnapproved(checked, reviewed(checked))).toEqual([]);
  expect(findUnapproved(PLAN, reviewed(checked))).toEqual([]);
  const probed = of(PLAN.transitions, { probe: { kind: 'tcp', host: '192.0.2.1', port: 22 } });
  expect(approvalOf(probed)).toBe(approvalOf(PLAN));
});

test('a plan that changes nothing needs no approval', () => {
  expect(findUnapproved(of([]), named())).toEqual([]);
});
