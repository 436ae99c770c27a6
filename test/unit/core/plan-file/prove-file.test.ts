import { expect, test } from 'vitest';
import { tableSteps } from '../../../../src/core/plan/in-order.ts';
import { parsePlanFile } from '../../../../src/core/plan-file/parse-plan-file.ts';
import type { PlanFile } from '../../../../src/core/plan-file/types.ts';
import { seal } from '../../../../src/core/seal/seal.ts';
import { KINDS } from '../../../support/plan-kinds.ts';

// Tests write into what is otherwise read only.
type Writable = { [key: string]: Writable } & Writable[];

const RULES = 'shared, two owners, policy, tables that stay';

/** What an attacker makes of a plan who knows how a digest is made. */
function altered(kind: string, alter: (file: Writable) => void): string {
  const copy = structuredClone(KINDS[kind]?.content) as unknown as Writable;
  alter(copy);
  return seal(copy);
}

function parse(text: string): PlanFile {
  return parsePlanFile('x.fwplan', text);
}

const filter = (file: Writable) => file.plan?.steps?.[0] as Writable;
const input = (file: Writable) => filter(file).chains?.find((chain) => String(chain.name) === 'fw-INPUT') as Writable;
const builtin = (file: Writable) => filter(file).chains?.[0] as Writable;
const claim = (file: Writable) => file.namespaces?.[0]?.claims?.[0] as Writable;
const set = (part: Writable, key: string, value: unknown) => Object.assign(part, { [key]: value });
const put = (part: Writable, key: string, alter: (text: string) => string) => set(part, key, alter(String(part[key])));
const setStep = (file: Writable) => file.plan?.sets?.[0] as Writable;

test.each(Object.entries(KINDS))('a plan as fw makes it is read: %s', (_, { content }) => {
  expect(tableSteps(parse(seal(content)).plan)).toHaveLength(content.plan.steps.length);
});

test.each<[string, (file: Writable) => void, string]>([
  ['hides a rule that comes', (file) => void input(file).lines?.pop(), 'what it shows'],
  [
    'shows another text of a rule',
    (file) => set(input(file).lines?.find((line) => String(line.kind) === 'add') as Writable, 'text', '-j LOG'),
    'what it shows',
  ],
  ['hides a policy', (file) => void delete builtin(file).policy, 'what it shows'],
  [
    'shows a new chain as a changed one',
    (file) => set(filter(file).chains?.at(-1) as Writable, 'status', 'changed'),
    'shows',
  ],
  ['hides a chain', (file) => void filter(file).chains?.pop(), 'what it shows'],
  ['shows a chain twice', (file) => void filter(file).chains?.push(input(file)), 'what it shows'],
  ['goes to a table of another digest', (file) => set(filter(file), 'after', `sha256:${'0'.repeat(64)}`), 'digests'],
  [
    'has the transitions of another plan',
    (file) => set(file.transitions?.[0] as Writable, 'to', `sha256:${'0'.repeat(64)}`),
    'transitions',
  ],
  [
    'changes another table as well',
    (file) => put(filter(file), 'restore', (text) => `${text}*nat\n-F PREROUTING\nCOMMIT\n`),
    'restore text',
  ],
  [
    'has an option that it does not show, in a rule that goes again',
    (file) =>
      put(filter(file), 'restore', (text) =>
        text.replace('COMMIT', '-A fw-web -M /tmp/x -j ACCEPT\n-D fw-web 2\nCOMMIT'),
      ),
    'restore text',
  ],
  [
    'goes back to a rule that it does not show',
    (file) => put(filter(file), 'rollback', (text) => text.replace('10.0.0.1/32 -j ACCEPT', '10.0.0.1/32 -j DROP')),
    'restore text',
  ],
  [
    'leads elsewhere with rules that it shows',
    (file) => put(filter(file), 'restore', (text) => text.replace('COMMIT', '-F fw-INPUT\nCOMMIT')),
    'leads elsewhere',
  ],
  [
    'flushes a chain that is not there',
    (file) => put(filter(file), 'restore', (text) => text.replace('COMMIT', '-F DOCKER\nCOMMIT')),
    'restore text',
  ],
  ['has no tables', (file) => set(file, 'tables', []), 'tables'],
  ['is of another shape', (file) => set(file, 'plan', null), 'not as a plan'],
  // A step without an owner has no way back.
  [
    'gives a step to others',
    (file) => set(filter(file), 'ownership', { kind: 'shared', owners: ['zz'] }),
    'its owners',
  ],
  [
    'gives a step and all that is declared to others',
    (file) => {
      set(filter(file), 'ownership', { kind: 'shared', owners: ['zz'] });
      set(file.namespaces?.[0] as Writable, 'owners', ['zz']);
    },
    'contradicts itself',
  ],
  // The boot unit loads what is declared.
  [
    'declares other rules than it shows',
    (file) => set(claim(file).chains?.[0] as Writable, 'rules', [['-j ACCEPT']]),
    'does not make the table',
  ],
  [
    'declares a namespace more',
    (file) => void file.namespaces?.push(KINDS.sets?.content.namespaces[0] as never),
    'namespaces',
  ],
  [
    'declares another policy',
    (file) => set(claim(file).policies as Writable, 'INPUT', 'ACCEPT'),
    'does not make the table',
  ],
  ['never ends', (file) => set(file, 'expires', 'never'), 'plan file.expires'],
  ['ends on no day', (file) => set(file, 'expires', '2026-02-30T00:00:00.000Z'), 'plan file.expires'],
  ['ends before it was made', (file) => set(file, 'expires', '2026-10-05T14:02:06.999Z'), 'over before'],
  [
    'checks with a program found by its name',
    (file) => set(file.checks?.[0]?.probe as Writable, 'words', ['sh']),
    'words[0]',
  ],
  ['has a key that nobody reads', (file) => set(filter(file), 'also', 1), 'a key of plan file.plan.steps[0]'],
  [
    'has a key of the prototype',
    (file) => void Object.defineProperty(claim(file).policies, '__proto__', { value: 'DROP', enumerable: true }),
    'policies',
  ],
])('a plan that %s is refused, also with a digest of its own', (_, alter, why) => {
  const text = altered(RULES, alter);
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'plan.unreadable' }));
  expect(() => parse(text)).toThrow(why);
});

test.each<[string, (file: Writable) => void, string]>([
  ['shows another number of entries of a set', (file) => set(setStep(file), 'added', 2), 'what it shows'],
  [
    'fills another set',
    (file) => put(setStep(file), 'restore', (text) => `${text}add other 0.0.0.0/0\n`),
    'what it shows',
  ],
  [
    'takes a set away again that it makes',
    (file) => put(setStep(file), 'restore', (text) => `${text}destroy ${String(setStep(file).set)}\n`),
    'what it shows',
  ],
  [
    'has a line that fw never prints',
    (file) => put(setStep(file), 'restore', (text) => `${text}flush ${String(setStep(file).set)}\n`),
    'what it shows',
  ],
  [
    'makes another kind of set',
    (file) => put(file.plan?.sets?.[1] as Writable, 'restore', (text) => text.replace('131072', '2')),
    'shows',
  ],
  ['has the digest of another set', (file) => set(setStep(file), 'after', '0'.repeat(64)), 'what it shows'],
  [
    'declares another set',
    (file) => set(file.namespaces?.[0]?.sets?.[0] as Writable, 'header', 'hash:ip family inet'),
    'not as declared',
  ],
  [
    'declares a list before what it holds',
    (file) => void file.namespaces?.[0]?.sets?.unshift(...(file.namespaces[0].sets.splice(4, 1) as Writable[])),
    'contradicts itself',
  ],
])('a plan of sets that %s is refused', (_, alter, why) => {
  const text = altered('sets', alter);
  expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'plan.unreadable' }));
  expect(() => parse(text)).toThrow(why);
});

test('a plan with a key twice, of which readers take the one or the other, is refused', () => {
  const text = seal(KINDS[RULES]?.content ?? {});
  const doubled = text.replace('"checks":[', '"checks":[],"checks":[');
  expect(doubled).not.toBe(text);
  expect(() => parse(doubled)).toThrow('not written as fw writes plans');
});

test('remarks on a step are those of fw', () => {
  const text = altered('legacy with notes', (file) => set(filter(file), 'notes', ['all is well']));
  expect(tableSteps(parse(text).plan)[0]?.notes).toEqual([expect.stringContaining('starts anew at the commit')]);
});
