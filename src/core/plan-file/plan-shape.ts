import { isHostName } from '../desired/is-host-name.ts';
import { LIMITS } from '../limits.ts';
import { findForbiddenCharacter } from '../rules/forbidden-character.ts';
import { isUrl } from '../state/document/read-probe.ts';
import { BOOT_ID, NAMESPACE_IDENTITY, NAMESPACE as namespace } from './namespace-shape.ts';
import { promiseShapes } from './promise-shapes.ts';
import { byKey, lines, list, nullOr, object, oneOf, record, type Shape, text, tuple, whole } from './shape.ts';

const LONGEST_RULE = LIMITS.restoreLine.most;
const LONGEST_NAME = LIMITS.planName.most;
const LONGEST_WORDS = LIMITS.planWords.most;

const DIGEST = /^(?:sha256:)?[0-9a-f]{64}$/;
/** What `Date.toISOString` prints, in years of four digits. */
const TIME = /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

const digest = text({ most: 71, form: DIGEST });
const words = text({ most: LONGEST_WORDS, empty: true });
/** A rule without a match and without a target is empty. */
const rule = text({ most: LONGEST_RULE, empty: true });
const chainName = text({ most: LONGEST_NAME, form: /^[^\s]+$/ });
/** As fw and its users name sets, see `ourSets`. */
const setName = text({ most: LIMITS.setName.most + 1, form: /^[A-Za-z0-9_][A-Za-z0-9_.~-]*$/ });
const header = text({ most: LONGEST_NAME });
const origin = text({ most: LONGEST_WORDS });
const glob = text({ most: LONGEST_NAME });
const owner = text({ most: LIMITS.ownerName.most, form: /^[a-z0-9]+$/ });
const ruleId = text({ most: LIMITS.name.most });
const count = whole(0);
const position = whole(1);
const digits = text({ most: 20, form: /^(?:0|[1-9]\d{0,19})$/ });

const family = oneOf('ipv4', 'ipv6');
const tableName = oneOf('raw', 'mangle', 'nat', 'filter', 'security');
const backend = oneOf('nft', 'legacy');
const policy = oneOf('ACCEPT', 'DROP');
const boolean = oneOf(true, false);
const counters = tuple([digits, digits]);

/** A text that is no moment would never be over. */
const time: Shape = (value, place) => {
  const [, year, month, day] = (typeof value === 'string' ? (TIME.exec(value) ?? []) : []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return place;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day >= 1 && day <= days ? undefined : place;
};

const table = object({
  name: tableName,
  chains: list(object({ name: chainName, rules: list(object({ text: rule }, { counters })) }, { policy, counters })),
});

const line = byKey('kind', {
  keep: object({ kind: oneOf('keep'), from: position, to: position, text: rule }),
  skip: object({ kind: oneOf('skip'), count: position }),
  add: object({ kind: oneOf('add'), to: position, text: rule }, { origin }),
  remove: object({ kind: oneOf('remove'), from: position, text: rule }, { counters }),
  move: object({ kind: oneOf('move'), from: position, to: position, text: rule }, { counters, origin }),
  change: object(
    { kind: oneOf('change'), from: position, to: position, before: rule, text: rule },
    { counters, origin, keepsCounters: oneOf(true) },
  ),
});

const step = object({
  namespace,
  family,
  backend,
  table: tableName,
  ownership: byKey('kind', {
    shared: object({ kind: oneOf('shared'), owners: list(owner) }, { others: list(chainName) }),
    exclusive: object({ kind: oneOf('exclusive'), keep: list(glob) }),
  }),
  chains: list(
    object(
      { name: chainName, status: oneOf('new', 'removed', 'changed'), lines: list(line) },
      { policy: object({ from: policy, to: policy }, { origin }) },
    ),
  ),
  restore: lines,
  rollback: lines,
  before: digest,
  after: digest,
  created: boolean,
  notes: list(words, 100),
});

const entry = text({ most: LONGEST_WORDS });
const setStep = object(
  {
    namespace,
    set: setName,
    declared: setName,
    change: oneOf('create', 'update', 'replace', 'destroy'),
    headers: object({}, { before: header, after: header }),
    counts: object({ before: count, after: count }),
    added: count,
    removed: count,
    examples: object({ added: list(entry, 100), removed: list(entry, 100) }),
    isManaged: boolean,
    restore: lines,
    rollback: lines,
    before: digest,
    after: digest,
  },
  { lists: list(setName), origin },
);

const plan = object(
  {
    version: oneOf(1),
    namespaces: list(
      object({ namespace, backend, rules: object({ ipv4: count, ipv6: count }) }, { alsoHeldBy: backend }),
    ),
    steps: list(step),
    foreign: list(object({ namespace, family, table: tableName, chain: chainName, rules: position })),
  },
  { sets: list(setStep) },
);

const claim = object({
  family,
  table: tableName,
  ownership: byKey('kind', {
    shared: object({ kind: oneOf('shared'), owner, hook: oneOf('first', 'last', 'any') }),
    exclusive: object({ kind: oneOf('exclusive'), keep: list(glob) }),
  }),
  policies: record(/^[A-Z]{1,32}$/, policy),
  chains: list(object({ name: chainName, rules: list(tuple([rule, origin, ruleId], 1)) }, { hookInto: chainName })),
});

/** Lines that each end, none of them empty: what else were in it would be no entry. */
const entries: Shape = (value, place) =>
  typeof value === 'string' && !value.includes('\0') && !/^\n|\n\n|[^\n]$/.test(value) ? undefined : place;

const declared = object(
  { namespace, backend, owners: list(owner), claims: list(claim) },
  {
    sets: list(
      object(
        { name: setName, declared: setName, header },
        { entries, options: list(text({ most: 32, form: /^[a-z0-9-]+$/ }), 100) },
      ),
    ),
    counted: list(tuple([family, tableName, chainName, rule, digits])),
  },
);

const host: Shape = (value, place) =>
  typeof value === 'string' && [true, false].some((bracketed) => isHostName(value, { bracketed })) ? undefined : place;
const argument = text({ most: LIMITS.command.most, empty: true, isGood: (word) => findForbiddenCharacter(word) < 0 });
const command: Shape = (value, place) =>
  list(argument, LIMITS.commandWords.most)(value, place) ??
  (Array.isArray(value) && String(value[0]).startsWith('/') ? undefined : `${place}[0]`);
/** As in the state, whose limits are those of `schema.ts`. */
const check = object(
  {
    probe: byKey('kind', {
      tcp: object({ kind: oneOf('tcp'), host, port: whole(1, 65_535) }),
      http: object(
        { kind: oneOf('http'), url: text({ most: LIMITS.url.most, isGood: isUrl }) },
        { status: whole(200, 599) },
      ),
      command: object({ kind: oneOf('command'), words: command }),
    }),
    from: namespace,
    retries: whole(0, LIMITS.retries.most),
    timeoutMs: whole(1, LIMITS.tryTime.most),
    waitMs: whole(0, LIMITS.tryTime.most),
    origin,
  },
  { name: text({ most: LONGEST_WORDS }) },
);

const address = object(
  { namespace: text({ most: LIMITS.namespaceName.most, form: /^[A-Za-z0-9_.*?[\]!-]+$/ }) },
  { family, table: tableName },
);

/** As the kernel and /etc/machine-id have them. */
const madeIn = object(
  {
    boot: BOOT_ID,
    namespaces: list(NAMESPACE_IDENTITY),
  },
  { machine: text({ most: 32, form: /^[0-9a-f]{32}$/ }), folder: text({ most: 42, form: /^\d+:\d+$/ }) },
);

const warning = object({
  severity: oneOf('error', 'warning'),
  code: text({ most: LONGEST_NAME }),
  summary: text({ most: 100_000 }),
  detail: lines,
  range: nullOr(
    object({ filename: text({ most: LONGEST_WORDS }), start: object({ line: position, column: position }) }),
  ),
});

/** All of a plan file. What is of this shape may still contradict itself, see `findMismatch`. */
export const PLAN_FILE: Shape = object(
  {
    format_version: oneOf('1.0'),
    kind: oneOf('plan'),
    fw_version: text({ most: 100 }),
    created: time,
    expires: time,
    host: text({ most: LONGEST_NAME, empty: true }),
    operator: text({ most: LONGEST_NAME, empty: true }),
    state: text({ most: LONGEST_WORDS }),
    commit: nullOr(
      object({ id: text({ most: LIMITS.namespaceName.most, form: /^[0-9a-f]{40,64}$/ }), dirty: boolean }),
    ),
    transitions: list(object({ namespace, from: digest, to: digest })),
    plan,
    tables: list(object({ before: nullOr(table), after: table })),
    namespaces: list(declared),
    checks: list(check),
    digest,
  },
  {
    state_name: text({ most: LONGEST_WORDS }),
    state_path: text({ most: LONGEST_WORDS }),
    made_in: madeIn,
    warnings: list(warning),
    standing: list(object({ namespace, family, table })),
    ...promiseShapes(namespace),
    selection: object({
      namespaces: list(glob),
      families: list(family),
      tables: list(tableName),
      targets: list(address),
      excluded: list(address),
    }),
  },
);
