import { expect, test } from 'vitest';
import { ownershipOf } from '../../../../src/core/ownership/ownership.ts';
import { compile } from '../../../../src/core/plan/compile.ts';
import { diffTable } from '../../../../src/core/plan/diff-table.ts';
import { parsePlanFile } from '../../../../src/core/plan-file/parse-plan-file.ts';
import { transitionsOf } from '../../../../src/core/plan-file/transitions.ts';
import type { PlanFile } from '../../../../src/core/plan-file/types.ts';
import { digestTable } from '../../../../src/core/ruleset/digest.ts';
import type { Table } from '../../../../src/core/ruleset/types.ts';
import { seal } from '../../../../src/core/sealed/seal.ts';
import { compileSet } from '../../../../src/core/sets/compile-set.ts';
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
  restore: textOf(tables[index]?.before, tables[index]?.after),
  rollback: textOf(tables[index]?.after, tables[index]?.before),
  before: digestTable(tables[index]?.before, step.table),
  after: digestTable(tables[index]?.after, step.table),
}));

const made = compileSet(
  { kind: 'host' },
  {
    name: 'fw-mgmt',
    desired: {
      declared: 'mgmt',
      header: 'hash:net family inet maxelem 65536',
      isManaged: true,
      added: ['10.0.0.0/8', '192.0.2.0/24'],
      removed: [],
      kept: [],
    },
  },
  undefined,
);
const sets = made === undefined ? [] : [made];

function textOf(from: Table | undefined, to: Table | undefined): string {
  return compile(diffTable('filter', from, to), {
    backend: 'nft',
    ownership: ownershipOf('filter', { kind: 'exclusive', keep: [] }),
    before: from,
  });
}

/** What somebody makes of a plan who knows how a digest is made. */
function parse(alter: (file: PlanFile) => unknown): PlanFile {
  const honest = {
    format_version: '1.0',
    kind: 'plan',
    transitions: transitionsOf({ ...plan, steps, sets }),
    plan: { ...plan, steps, sets },
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
const put = (part: Writable, key: string, alter: (text: string) => string) => set(part, key, alter(String(part[key])));
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
  [
    'changes another table as well',
    (file) => put(at(file), 'restore', (text) => `${text}*nat\n-F PREROUTING\nCOMMIT\n`),
    'restore text',
  ],
  [
    'has an option that it does not show',
    (file) => put(at(file), 'restore', (text) => text.replace('-j ACCEPT', '-M /tmp/x -j ACCEPT')),
    'restore text',
  ],
  [
    'goes back to a rule that it does not show',
    (file) => put(at(file), 'rollback', (text) => text.replace('-j ACCEPT', '-j DROP')),
    'restore text',
  ],
  [
    'flushes a chain that is not there',
    (file) => put(at(file), 'restore', (text) => text.replace('COMMIT', '-F DOCKER\nCOMMIT')),
    'restore text',
  ],
  [
    'shows another number of entries of a set',
    (file) => set(file.plan?.sets?.[0] as Writable, 'added', 1),
    'what it shows',
  ],
  [
    'fills another set',
    (file) => put(file.plan?.sets?.[0] as Writable, 'restore', (text) => `${text}add other 0.0.0.0/0\n`),
    'what it shows',
  ],
  [
    'makes another kind of set',
    (file) => put(file.plan?.sets?.[0] as Writable, 'restore', (text) => text.replace('65536', '2')),
    'what it shows',
  ],
  ['has the digest of another set', (file) => set(file.plan?.sets?.[0] as Writable, 'after', 'x'), 'what it shows'],
  ['has no tables', (file) => set(file, 'tables', []), 'tables'],
  ['is of another shape', (file) => set(file, 'plan', null), 'not as a plan'],
])('a plan that %s is refused, also with a digest of its own', (_, alter, why) => {
  expect(change(alter)).toThrow(expect.objectContaining({ code: 'plan.unreadable' }));
  expect(change(alter)).toThrow(why);
});
