import { expect, test } from 'vitest';
import { approvalOf, approvalOfOne, type Reviewed } from '../../../../src/core/approval/approval-of.ts';
import { type Approved, findUnapproved } from '../../../../src/core/approval/find-unapproved.ts';

const way = (namespace: string, from: string, to: string): Reviewed['transitions'][number] => ({
  namespace: namespace === 'host' ? { kind: 'host' } : { kind: 'named', name: namespace },
  from: `sha256:${from.repeat(64)}`,
  to: `sha256:${to.repeat(64)}`,
});
type Check = Reviewed['checks'][number];
const check = (probe: Check['probe'], more: Partial<Check> = {}): Check => ({
  probe,
  from: { kind: 'host' },
  retries: 2,
  timeoutMs: 5000,
  waitMs: 1000,
  ...more,
});
const command = (...words: string[]): Check => check({ kind: 'command', words });
const NO_TERMS = { checks: [] };
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
  expect(approvalOf(of([way('a', '1', '2'), way('b', '1', '2')]))).toBe(approvalOfOne(way('c', '1', '2'), NO_TERMS));
  expect(approvalOf(of([way('blue', '1', '2')]))).not.toBe(approvalOf(PLAN));
  expect(approvalOf(of([way('blue', '2', '1')]))).not.toBe(approvalOf(of([way('blue', '1', '2')])));
  expect(approvalOf(of([]))).toBeUndefined();
});

test('a plan is approved by its name, by the names of its namespaces, and by a reviewed plan with its ways', () => {
  expect(findUnapproved(PLAN, named(approvalOf(PLAN)))).toEqual([]);
  expect(findUnapproved(PLAN, named(...PLAN.transitions.map((one) => approvalOfOne(one, NO_TERMS))))).toEqual([]);
  expect(findUnapproved(PLAN, reviewed(PLAN))).toEqual([]);
  expect(findUnapproved(of([way('elsewhere', '3', '4')]), reviewed(PLAN))).toEqual([]);
  expect(findUnapproved(PLAN, reviewed(of([way('x', '1', '2')]), of([way('y', '3', '4')])))).toEqual([]);
});

test('what goes another way is not approved, and is named with the approval that it needs', () => {
  const [blue, red] = PLAN.transitions;
  if (blue === undefined || red === undefined) throw new Error('no transitions');
  expect(findUnapproved(PLAN, named(approvalOfOne(blue, NO_TERMS)))).toEqual([
    `red: 333333333333 -> 444444444444, approval ${approvalOfOne(red, NO_TERMS)}`,
  ]);
  expect(findUnapproved(of([way('blue', '1', '4')]), reviewed(PLAN))).toHaveLength(1);
  expect(findUnapproved(of([way('blue', '2', '1')]), reviewed(PLAN))).toHaveLength(1);
  expect(findUnapproved(PLAN, named('sha256:0'))).toHaveLength(2);
});

test('a command that was not reviewed is not approved by the ways of the rules', () => {
  const checked = of(PLAN.transitions, command('/usr/bin/true'));
  expect(approvalOf(checked)).not.toBe(approvalOf(PLAN));
  expect(findUnapproved(checked, reviewed(PLAN))).toEqual([
    'not in the reviewed plan: check command ["/usr/bin/true"] from host, retries 2, timeout 5000 ms, wait 1000 ms',
  ]);
  expect(findUnapproved(checked, named(approvalOf(PLAN)))).not.toEqual([]);
  expect(findUnapproved(checked, named(approvalOf(checked)))).toEqual([]);
  expect(findUnapproved(checked, reviewed(checked))).toEqual([]);
  expect(findUnapproved(PLAN, reviewed(checked))).toEqual([
    expect.stringContaining('in the reviewed plan and not in this one'),
  ]);
});

const TCP = { kind: 'tcp', host: '192.0.2.1', port: 22 } as const;
const WEAKER: readonly (readonly [string, Check])[] = [
  ['another address', check({ ...TCP, host: '127.0.0.1' })],
  ['another port', check({ ...TCP, port: 23 })],
  ['more patience', check(TCP, { retries: 9 })],
  ['a longer time', check(TCP, { timeoutMs: 60_000 })],
  ['longer pauses', check(TCP, { waitMs: 60_000 })],
  ['a try from a namespace', check(TCP, { from: { kind: 'named', name: 'blue' } })],
  ['another kind', check({ kind: 'http', url: 'http://192.0.2.1:22/' })],
];

test.each([['no check', undefined], ...WEAKER] as const)(
  'a probe that was reviewed is covered: %s instead',
  (_, weaker) => {
    const strict = of(PLAN.transitions, check(TCP));
    const plan = of(PLAN.transitions, ...(weaker === undefined ? [] : [weaker]));
    expect(approvalOf(plan)).not.toBe(approvalOf(strict));
    expect(findUnapproved(plan, named(approvalOf(strict)))).not.toEqual([]);
    expect(findUnapproved(plan, reviewed(strict))).toContain(
      'in the reviewed plan and not in this one: check tcp "192.0.2.1" 22 from host, retries 2, timeout 5000 ms, wait 1000 ms',
    );
    expect(findUnapproved(strict, reviewed(strict))).toEqual([]);
    expect(findUnapproved(strict, named(approvalOf(strict)))).toEqual([]);
  },
);

test('the namespace that a check is tried from has no name in an approval, nor has the check', () => {
  const from = (name: string) => of(PLAN.transitions, check(TCP, { from: { kind: 'named', name } }));
  expect(approvalOf(from('blue'))).toBe(approvalOf(from('red')));
  expect(findUnapproved(from('blue'), reviewed(from('red')))).toEqual([]);
});

test('a plan of the ways of several reviewed plans makes the checks of all of them', () => {
  const [one, other] = PLAN.transitions.map((transition) => [transition]);
  if (one === undefined || other === undefined) throw new Error('no transitions');
  const plans = [of(one, check(TCP)), of(other, command('/bin/true'))];
  expect(findUnapproved(of(PLAN.transitions, check(TCP), command('/bin/true')), reviewed(...plans))).toEqual([]);
  expect(findUnapproved(of(PLAN.transitions, check(TCP)), reviewed(...plans))).toHaveLength(1);
  // Of two reviews of one way either is enough.
  expect(findUnapproved(of(one, check(TCP)), reviewed(of(one, check(TCP)), of(one, command('/bin/true'))))).toEqual([]);
});

const EVERYTHING = { namespaces: [], families: [], tables: [], targets: [], excluded: [] };

test.each([
  ['--table', { ...EVERYTHING, tables: ['filter'] }],
  ['--family', { ...EVERYTHING, families: ['ipv4'] }],
  ['--target', { ...EVERYTHING, targets: [{ namespace: 'blue', family: 'ipv4' }] }],
  ['--exclude', { ...EVERYTHING, excluded: [{ namespace: '*', table: 'nat' }] }],
] as const)(
  'a plan of a part of its namespaces is not what was reviewed as a whole, nor the other way: %s',
  (_, selection) => {
    const part: Reviewed = { ...PLAN, selection };
    expect(findUnapproved(part, named(approvalOf(PLAN)))).not.toEqual([]);
    expect(findUnapproved(PLAN, named(approvalOf(part)))).not.toEqual([]);
    expect(findUnapproved(part, reviewed(PLAN))).toHaveLength(1);
    expect(findUnapproved(PLAN, reviewed(part))).toHaveLength(1);
    expect(findUnapproved(part, reviewed(part))).toEqual([]);
    expect(findUnapproved(part, named(approvalOf(part)))).toEqual([]);
  },
);

test('which namespaces are left out is no part of an approval: each has a transition', () => {
  const selection = {
    ...EVERYTHING,
    namespaces: ['blue'],
    targets: [{ namespace: 'b*' }],
    excluded: [{ namespace: 'x' }],
  };
  expect(approvalOf({ ...PLAN, selection })).toBe(approvalOf(PLAN));
});

test('a name of an earlier fw stays good for a plan without checks, and is refused in words for one with them', () => {
  // Made by fw 0.1.0 before probes were covered, of the plan above.
  expect(approvalOf(PLAN)).toBe('sha256:412b5e611ea6338da4d020e5ebe664508ba0bf1baa52c475821c3ea2b2b4bf23');
  const probed = of(PLAN.transitions, check(TCP));
  const ran = of(PLAN.transitions, command('/usr/bin/true'));
  for (const plan of [probed, ran]) {
    const earlier =
      plan === probed
        ? 'sha256:412b5e611ea6338da4d020e5ebe664508ba0bf1baa52c475821c3ea2b2b4bf23'
        : 'sha256:8569a5195d467a4a85c0cdfd24178ea50ed65a50f6ab194007dd91e6566ffbc1';
    const [first] = findUnapproved(plan, named(earlier));
    expect(first).toContain('made by an earlier fw and covers neither probes nor the part that is selected');
    expect(first).toContain(approvalOf(plan));
    expect(findUnapproved(plan, named(earlier, approvalOf(plan)))).toEqual([]);
  }
});

test('a plan that changes nothing needs no approval', () => {
  expect(findUnapproved(of([]), named())).toEqual([]);
});
