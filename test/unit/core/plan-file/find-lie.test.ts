import { expect, test } from 'vitest';
import { parsePlanFile } from '../../../../src/core/plan-file/parse-plan-file.ts';
import { transitionsOf } from '../../../../src/core/plan-file/transitions.ts';
import type { PlanFile } from '../../../../src/core/plan-file/types.ts';
import { digestTable } from '../../../../src/core/ruleset/digest.ts';
import { seal } from '../../../../src/core/sealed/seal.ts';
import { guardedPlan } from '../../../support/guarded-plan.ts';

const { plan, tables } = guardedPlan([
  {
    before: [
      '-A INPUT -s 10.0.0.1/32 -j ACCEPT',
      ...Array.from({ length: 9 }, (_, at) => `-A INPUT -s 10.1.0.${at}/32 -j ACCEPT`),
      '-A INPUT -s 10.0.0.2/32 -j ACCEPT',
      '-A gone -j RETURN',
    ].join('\n'),
    after: [
      ':INPUT DROP [0:0]',
      ...Array.from({ length: 9 }, (_, at) => `-A INPUT -s 10.1.0.${at}/32 -j ACCEPT`),
      '-A INPUT -s 10.0.0.2/32 -j DROP',
      '-A INPUT -s 10.0.0.1/32 -j ACCEPT',
      '-A fresh -j RETURN',
    ].join('\n'),
  },
]);
const steps = plan.steps.map((step, index) => ({
  ...step,
  before: digestTable(tables[index]?.before, step.table),
  after: digestTable(tables[index]?.after, step.table),
}));

/** What somebody makes of a plan who knows how a digest is made. */
function parse(alter: (file: PlanFile) => unknown): PlanFile {
  const honest = {
    format_version: '1.0',
    kind: 'plan',
    transitions: transitionsOf({ ...plan, steps }),
    plan: { ...plan, steps },
    tables: tables.map(({ before, after }) => ({ before: before ?? null, after })),
  };
  const copy = structuredClone(honest) as unknown as PlanFile;
  return parsePlanFile('x.fwplan', seal((alter(copy) ?? copy) as object));
}

// Tests write into what is otherwise read only.
type Writable = { [key: string]: Writable } & Writable[];
const change = (alter: (file: Writable) => void) => () =>
  parse((file) => {
    alter(file as unknown as Writable);
  });

test('a plan as fw makes it is read', () => {
  expect(parse((file) => file).plan.steps).toHaveLength(1);
});

const at = (file: Writable) => file.plan?.steps?.[0] as Writable;
const input = (file: Writable) => at(file).chains?.[0] as Writable;
const set = (part: Writable, key: string, value: unknown) => Object.assign(part, { [key]: value });

test.each<[string, (file: Writable) => void, string]>([
  ['hides a rule that comes', (file) => void input(file).lines?.pop(), 'what it shows'],
  [
    'shows another text of a rule',
    (file) => set(input(file).lines?.at(-1) as Writable, 'text', '-j LOG'),
    'what it shows',
  ],
  ['hides a policy', (file) => set(input(file), 'policy', undefined), 'what it shows'],
  [
    'shows a new chain as a changed one',
    (file) => set(at(file).chains?.at(-1) as Writable, 'status', 'changed'),
    'what it shows',
  ],
  ['hides a chain', (file) => void at(file).chains?.pop(), 'what it shows'],
  ['shows a chain twice', (file) => void at(file).chains?.push(input(file)), 'what it shows'],
  ['goes to a table of another digest', (file) => set(at(file), 'after', `sha256:${'0'.repeat(64)}`), 'digests'],
  [
    'has the transitions of another plan',
    (file) => set(file.transitions?.[0] as Writable, 'to', `sha256:${'0'.repeat(64)}`),
    'transitions',
  ],
  ['has no tables', (file) => set(file, 'tables', []), 'tables'],
  ['is of another shape', (file) => set(file, 'plan', null), 'not as a plan'],
])('a plan that %s is refused, also with a digest of its own', (_, alter, why) => {
  expect(change(alter)).toThrow(expect.objectContaining({ code: 'plan.unreadable' }));
  expect(change(alter)).toThrow(why);
});
