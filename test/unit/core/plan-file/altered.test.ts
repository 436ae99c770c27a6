import { describe, expect, test } from 'vitest';
import { showSavedPlan } from '../../../../src/cli/output/show-saved-plan.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import { mergeGeneration } from '../../../../src/core/generation/merge-states.ts';
import { setSteps, tableSteps } from '../../../../src/core/plan/in-order.ts';
import { parsePlanFile } from '../../../../src/core/plan-file/parse-plan-file.ts';
import { planAnew } from '../../../../src/core/plan-file/replan.ts';
import type { PlanFile } from '../../../../src/core/plan-file/types.ts';
import { planDocument } from '../../../../src/core/report/plan-document.ts';
import { reportOfFile } from '../../../../src/core/report/report-of-file.ts';
import { digestTable } from '../../../../src/core/rules/digest.ts';
import { seal } from '../../../../src/core/seal/seal.ts';
import { isBefore } from '../../../../src/core/sets/check-step.ts';
import { printGithub } from '../../../../src/ui/formats/print-github.ts';
import { printLines } from '../../../../src/ui/formats/print-lines.ts';
import { printMarkdown } from '../../../../src/ui/formats/print-markdown.ts';
import { printRestore } from '../../../../src/ui/formats/print-restore.ts';
import { printSarif } from '../../../../src/ui/formats/print-sarif.ts';
import { printSummary } from '../../../../src/ui/formats/print-summary.ts';
import { KINDS, type KindOfPlan } from '../../../support/plan-kinds.ts';

/*
 * A plan file is altered at every place, in every way that its type has, and sealed anew as an attacker would. It must be refused before
 * anything is written; or mean what it meant; or be at a place below.
 */

type Place = {
  readonly at: RegExp;
  /**
   * `shown`: it means something else now, and says so in the text that people read and in the JSON. `told`: it says something else, and what is applied
   * and kept is the same.
   */
  readonly is: 'shown' | 'told';
  readonly why: string;
};

const PLACES: readonly Place[] = [
  {
    at: /^(fw_version|commit(\..*)?|host|operator)$/,
    is: 'told',
    why: 'who made it where, which nothing decides by; a signature proves it',
  },
  {
    at: /^made_in(\..*)?$/,
    is: 'told',
    why: 'which namespaces the names stood for: an apply tells those that are others now, nothing decides by it',
  },
  { at: /^(created|expires)$/, is: 'shown', why: 'when it was made and how long it may be applied' },
  { at: /^state$/, is: 'shown', why: 'whose generation it becomes' },
  { at: /^checks(\[\d+\](\..*)?)?$/, is: 'shown', why: 'what must hold after the apply stands in full in every text' },
  {
    at: /^(tests|reachable)(\[\d+\](\..*)?)?$/,
    is: 'shown',
    why: 'what is judged before and after the apply, and closes a guard, stands in full in the text',
  },
  { at: /^connections(\[\d+\](\..*)?)?$/, is: 'shown', why: 'where running connections are ended' },
  { at: /^selection(\..*)?$/, is: 'shown', why: 'the part of the state that the generation takes over' },
  {
    at: /^namespaces\[\d+\]\.(owners|claims|sets)(\[\d+\](\.(declared|entries|options|policies|chains))?(\.[A-Z]+|\[\d+\])?)?$/,
    is: 'shown',
    why: 'what is live already and becomes the business of fw, or no longer is',
  },
  {
    at: /^namespaces\[\d+\]\.claims\[\d+\]\.ownership(\.(hook|keep|keep\[\d+\]))?$/,
    is: 'shown',
    why: 'how the generation owns what is live already',
  },
  {
    at: /^namespaces\[\d+\]\.claims\[\d+\]\.chains\[\d+\]\.rules\[\d+\](\[1\])?$|\.origin$/,
    is: 'told',
    why: 'where a rule was written and what its state calls it: blame and metrics show it, nothing decides by it',
  },
  {
    at: /\.keepsCounters$/,
    is: 'told',
    why: 'a counter that is kept, and not said to be: plan files of earlier versions never say it',
  },
  {
    at: /^namespaces\[\d+\]\.sets\[\d+\]\.header$/,
    is: 'told',
    why: 'options of a set that others fill: those that are live become the generation',
  },
  {
    at: /^plan\.foreign(\[\d+\](\..*)?)?$/,
    is: 'told',
    why: 'rules of others where the plan changes nothing: counted again by the apply',
  },
  {
    at: /^plan\.namespaces\[\d+\]\.(rules\..*|alsoHeldBy)$/,
    is: 'told',
    why: 'counted and looked at again by the apply',
  },
  {
    at: /^plan\.sets\[\d+\](\.(lists|examples)(\..*|\[\d+\])?)?$/,
    is: 'told',
    why: 'which sets are destroyed first, examples and lists that hold a set: made anew by the apply',
  },
];

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Alteration = { readonly path: string; readonly how: string; readonly altered: Json };

/** Every alteration of one value, with the place of what was altered. */
function* alterations(value: Json, path: string): Generator<Alteration> {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    yield { path, how: 'an item more', altered: [...items, items.at(-1) ?? 'x'] };
    yield { path, how: 'emptied', altered: items.length === 0 ? ['x'] : [] };
    yield { path, how: 'another type', altered: {} };
    for (const [at, item] of items.entries()) {
      yield { path: `${path}[${at}]`, how: 'removed', altered: items.filter((_, other) => other !== at) };
      const next = items[at + 1];
      if (next !== undefined) {
        const swapped = items.map((one, other) => (other === at ? next : other === at + 1 ? item : one));
        yield { path: `${path}[${at}]`, how: 'swapped with the next', altered: swapped };
      }
      for (const one of alterations(item, `${path}[${at}]`)) {
        yield { ...one, altered: items.map((other, place) => (place === at ? one.altered : other)) };
      }
    }
  } else if (typeof value === 'object' && value !== null) {
    const record = value as Readonly<Record<string, Json>>;
    const inside = (key: string) => (path === '' ? key : `${path}.${key}`);
    for (const key of ['surplus', 'constructor', '__proto__']) {
      const altered = Object.defineProperty({ ...record }, key, { value: {}, enumerable: true });
      yield { path: inside(key), how: 'added', altered };
    }
    yield { path, how: 'another type', altered: null };
    for (const [key, part] of Object.entries(record)) {
      const { [key]: _, ...rest } = record;
      yield { path: inside(key), how: 'removed', altered: rest };
      for (const one of alterations(part, inside(key))) yield { ...one, altered: { ...record, [key]: one.altered } };
    }
  } else yield* leafAlterations(value, path);
}

function* leafAlterations(value: Json, path: string): Generator<Alteration> {
  const put = (how: string, altered: Json): Alteration => ({ path, how, altered });
  yield put('another type', typeof value === 'number' ? 'x' : 7);
  yield put('a list of it', [value]);
  if (value !== null) yield put('null', null);
  if (typeof value === 'boolean') yield put('turned', !value);
  if (typeof value === 'number')
    for (const other of [value + 1, value - 1, 0, -1, 1.5, 1e12]) yield put(String(other), other);
  if (typeof value !== 'string') return;
  // Long texts are rules, scripts and digests, which no word is taken for.
  const turn = path.length % 4;
  const words = /^\d/.test(value) || value.length > 24 ? [] : WORDS.filter((_, at) => at % 4 === turn);
  const others = [
    `${value}x`,
    value.slice(0, -1),
    '',
    'never',
    'x\ny',
    '\u001b[2J',
    '-j ACCEPT',
    `sha256:${'0'.repeat(64)}`,
    '2026-02-30T00:00:00.000Z',
    '5',
    '10.0.0.1',
    'state/b.yaml:9',
    value.replace('ACCEPT', 'DROP'),
    value.replace('10.0.0', '10.0.1'),
    value.replace(/\[\d+:/, '[99:'),
  ];
  if (/^\d{4}-/.test(value)) yield put('another moment', '2026-10-06T14:02:06.999Z');
  // Each other one of them at each place; together they stand everywhere.
  for (const other of new Set(others.filter((_, at) => at % 2 === path.length % 2).concat(words)))
    if (other !== value) yield put(JSON.stringify(other), other);
}

/** What stands somewhere in a plan file. */
const WORDS = [
  'FORWARD',
  'DROP',
  'ACCEPT',
  'fw-INPUT',
  'ipv6',
  'ipv4',
  'legacy',
  'nft',
  'nat',
  'filter',
  'shared',
  'exclusive',
]
  .concat([
    'last',
    'any',
    'host',
    'blue',
    'other',
    'DOCKER-USER',
    '*',
    'removed',
    'changed',
    'new',
    'keep',
    'create',
    'update',
  ])
  .concat(['replace', 'destroy', '/bin/sh', 'fw-mgmt', 'zz']);

type Outcome =
  | { readonly kind: 'refused'; readonly code: string }
  | {
      readonly kind: 'taken';
      readonly applied: string;
      readonly text: string;
      readonly json: string;
      readonly formats: string;
    };

/** What becomes of a file on the machine that the plan is for. */
function outcomeOf(text: string, { inputsFor }: KindOfPlan): Outcome {
  try {
    const file = parsePlanFile('x.fwplan', text);
    const inputs = inputsFor(file.namespaces);
    if (inputs === undefined || !isFresh(file, inputs)) return { kind: 'refused', code: 'plan.stale' };
    const anew = planAnew(file, inputs);
    if (anew.output.length > 0) return { kind: 'refused', code: 'plan.stale' };
    const { namespaces, ...rest } = anew.plan;
    const run = {
      ...rest,
      steps: tableSteps(rest).map(({ chains: _, before: __, after: ___, ...step }) => step),
      sets: setSteps(rest).map(({ origin: _, lists: __, ...step }) => step),
    };
    const generation =
      file.selection === undefined ? anew.namespaces : mergeGeneration(BEFORE, anew.namespaces, file.selection);
    const applied = JSON.stringify([
      run,
      namespaces,
      withoutOrigins(generation),
      // Between tries that there are not no time passes.
      file.checks.map(({ waitMs, ...check }) => (check.retries === 0 ? check : { ...check, waitMs })),
      file.state,
      promisesWithoutOrigins(file),
      file.expires,
    ]);
    return { kind: 'taken', applied, ...shownBy(file) };
  } catch (error) {
    if (error instanceof FwError) return { kind: 'refused', code: error.code };
    throw error;
  }
}

/** What the generation before declared, for a partial apply. */
const BEFORE: PlanFile['namespaces'] = [
  {
    namespace: { kind: 'host' },
    backend: 'nft',
    owners: ['fw'],
    claims: [
      {
        family: 'ipv4',
        table: 'nat',
        ownership: { kind: 'shared', owner: 'fw', hook: 'first' },
        policies: {},
        chains: [{ name: 'fw-OUTPUT', hookInto: 'OUTPUT', rules: [['-j ACCEPT']] }],
      },
    ],
    sets: [],
  },
];

function isFresh(file: PlanFile, inputs: NonNullable<ReturnType<KindOfPlan['inputsFor']>>): boolean {
  const tables = tableSteps(file.plan).every((step) => {
    const input = inputs.find(({ namespace }) => JSON.stringify(namespace) === JSON.stringify(step.namespace));
    const table = input?.live[step.family].tables.find(({ name }) => name === step.table);
    return digestTable(table, step.table) === step.digests.before;
  });
  return (
    tables &&
    setSteps(file.plan).every((step) => {
      const input = inputs.find(({ namespace }) => JSON.stringify(namespace) === JSON.stringify(step.namespace));
      return isBefore(step, input?.sets?.find(({ name }) => name === step.set)?.live);
    })
  );
}

/** Each thing that is judged or done, in no order and once: names and places of tests are told, and nothing decides by them. */
function promisesWithoutOrigins({ tests = [], reachable = [], connections = [] }: PlanFile): readonly string[] {
  const each = (namespaces: readonly object[], what: readonly string[]) =>
    namespaces.map((namespace) => JSON.stringify([namespace, what]));
  const found = [
    ...tests.flatMap(({ namespaces, expectations }) =>
      expectations.flatMap(({ kind, path, flow }) => each(namespaces, [kind, path, flow])),
    ),
    ...reachable.flatMap(({ namespaces, path, flow }) => each(namespaces, ['reachable', path, flow])),
    ...connections.flatMap(({ namespaces }) => each(namespaces, ['ended'])),
  ];
  return [...new Set(found)].sort();
}

/** Without what blame shows and nothing decides by. */
function withoutOrigins(namespaces: PlanFile['namespaces']) {
  return namespaces.map((kept) => ({
    ...kept,
    owners: kept.owners.toSorted(),
    ...(kept.sets === undefined ? {} : { sets: kept.sets.toSorted((one, other) => (one.name < other.name ? -1 : 1)) }),
    // Tables, and chains of one owner, in another order are the same; owners of one table are not.
    claims: kept.claims
      .map((claim) => ({
        ...claim,
        chains: claim.chains
          .map((chain) => ({ ...chain, rules: chain.rules.map(([rule]) => rule) }))
          .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
      }))
      .toSorted((one, other) => `${one.family} ${one.table}`.localeCompare(`${other.family} ${other.table}`)),
  }));
}

function shownBy(file: PlanFile): { readonly text: string; readonly json: string; readonly formats: string } {
  const report = reportOfFile(file);
  const facts = { width: 100, colour: false, unicode: true, interactive: false, live: false } as const;
  return {
    text: showSavedPlan(report, facts, { full: true, traffic: 'full', verb: 'fw show' }).join('\n'),
    json: JSON.stringify(planDocument(report)),
    formats: [
      printSummary(report),
      printLines(report),
      printMarkdown(report, { budget: 60_000 }),
      printSarif(report, { base: '/repository' }),
      printGithub(report),
      printRestore(report),
    ].join('\n'),
  };
}

const used = new Set<Place>();

describe.each(Object.entries(KINDS))('a plan file: %s', (_, kind) => {
  const honest = seal(kind.content);
  const meant = outcomeOf(honest, kind);

  test('is taken as fw made it', () => {
    expect(meant.kind).toBe('taken');
  });

  test('altered anywhere and sealed anew is refused, means the same, or says what it means', () => {
    if (meant.kind !== 'taken') throw new Error('the plan itself is refused');
    const wrong: string[] = [];
    let count = 0;
    for (const { path, how, altered } of alterations(JSON.parse(JSON.stringify(kind.content)) as Json, '')) {
      if (altered === null || typeof altered !== 'object') continue;
      count += 1;
      const text = seal(altered as object);
      if (text === honest) continue;
      const found = outcomeOf(text, kind);
      if (found.kind === 'refused') {
        if (!['plan.unreadable', 'plan.stale'].includes(found.code)) wrong.push(`${path} ${how}: ${found.code}`);
        continue;
      }
      const isSame = found.applied === meant.applied;
      const isShown = found.text !== meant.text && found.json !== meant.json && found.formats !== meant.formats;
      if (isSame && found.text === meant.text && found.json === meant.json && found.formats === meant.formats) continue;
      const place = PLACES.find(({ at }) => at.test(path));
      if (place !== undefined) used.add(place);
      if (place === undefined) wrong.push(`${path} ${how}: ${isSame ? 'says something else' : 'means something else'}`);
      else if (place.is === 'told' ? !isSame : !isSame && !isShown) wrong.push(`${path} ${how}: not as ${place.is}`);
    }
    expect(wrong.slice(0, 40)).toEqual([]);
    expect(count).toBeGreaterThan(1_000);
  });
});

test('no place is excepted for nothing', () => {
  expect(PLACES.filter((place) => !used.has(place)).map(({ at }) => String(at))).toEqual([]);
});
