import { EVENT_KINDS } from '../src/core/event-log/types.ts';
import { LINT_RULES } from '../src/core/packets/lint/types.ts';

/** JSON Schemas (draft 2020-12) of everything that fw writes for programs. `npm run docs` writes them to schemas/. */

type Schema = Readonly<Record<string, unknown>>;

const str: Schema = { type: 'string' };
const bool: Schema = { type: 'boolean' };
const count: Schema = { type: 'integer', minimum: 0 };
const seconds: Schema = { type: 'number', minimum: 0 };
const time: Schema = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' };
const digest: Schema = { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };
const version: Schema = { type: 'string', pattern: '^1\\.\\d+$' };
const digits: Schema = { type: 'string', pattern: '^\\d+$' };
const family: Schema = { enum: ['ipv4', 'ipv6'] };
const backend: Schema = { enum: ['nft', 'legacy'] };
const table: Schema = { enum: ['raw', 'mangle', 'nat', 'filter', 'security'] };
const policy: Schema = { enum: ['ACCEPT', 'DROP'] };
const severity: Schema = { enum: ['error', 'warning'] };
const changeClass: Schema = { enum: ['no-effect', 'closes', 'opens', 'any'] };
const effectClass: Schema = { enum: ['closes', 'opens', 'any'] };
const firewall: Schema = {
  enum: [
    'unchanged',
    'rolled back and verified',
    'in part rolled back and verified',
    'not proven: the way back failed',
    'applied and verified',
  ],
};

const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` });
const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
const map = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
const or = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

/** Every key is there, apart from the optional ones. */
function obj(properties: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}): Schema {
  return { type: 'object', properties: { ...properties, ...optional }, required: Object.keys(properties) };
}

const counts = { add: count, change: count, move: count, remove: count, policies: count };
const setCounts = {
  sets_added: count,
  sets_changed: count,
  sets_removed: count,
  entries_added: count,
  entries_removed: count,
};
const place = { namespace: str, family, table };
const setDigest: Schema = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const setAction: Schema = { enum: ['create', 'update', 'delete'] };

/** A check in full; what other kinds have is null. */
const PROBE = {
  name: or(str),
  kind: { enum: ['tcp', 'http', 'command'] },
  command: or(list(str)),
  host: or(str),
  port: or(count),
  url: or(str),
  status: or(count),
  from: str,
  timeout_ms: count,
  retries: count,
  wait_ms: count,
  source: or(ref('source')),
};

const DEFS: Readonly<Record<string, Schema>> = {
  namespace: {
    anyOf: [obj({ kind: { const: 'host' } }), obj({ kind: { const: 'named' }, name: str })],
  },
  commit: obj({ id: str, dirty: bool }),
  signer: obj({ principal: str, key: str }),
  tracedPlace: obj({
  table,
  chain: str,
  rule: or({ type: 'integer', minimum: 1 }),
  text: str,
  origin: or(str),
  generation: or({ type: 'integer', minimum: 1 }),
  operator: or(str),
  owner: or(str),
  packets: or(str),
}),

  traceWay: obj({
  steps: list(
    obj({
      kind: { enum: ['rule', 'policy', 'skipped'] },
      at: ref('tracedPlace'),
      action: or(str),
      changes: list(obj({ what: { enum: ['source', 'destination', 'mark', 'connection mark', 'state'] }, to: str })),
      may: or(str),
    }),
  ),
  verdict: or({ enum: ['accept', 'drop', 'reject', 'queue', 'unknown'] }),
  detail: or(str),
  decided_by: or(ref('tracedPlace')),
  to: or(str),
  from: or(str),
  question: or(obj({ text: str, at: ref('tracedPlace'), yes: ref('traceWay'), no: ref('traceWay') })),
}),
  counters: obj({ packets: digits, bytes: digits }),
  counterPair: { type: 'array', prefixItems: [digits, digits], minItems: 2, maxItems: 2 },
  source: obj({ file: str, start: obj({ line: { type: 'integer', minimum: 1 } }, { column: count }) }),
  transition: obj({ from: digest, to: digest }),
  namedTransition: obj({ namespace: str, from: digest, to: digest }),
  approvedTransition: obj({ namespace: str, from: digest, to: digest, approval: digest }),
  planClass: obj({
    name: changeClass,
    counts: obj({ closes: count, opens: count, any: count }),
    over: list(obj({ address: str, class: effectClass, why: str })),
  }),
  summary: obj({
    ...counts,
    chains_added: count,
    chains_removed: count,
    ...setCounts,
    namespaces: obj({ changed: count, unchanged: count }),
  }),
  changeCounts: obj(
    { ...counts, chainsAdded: count, chainsRemoved: count },
    { sets: obj({ changed: count, added: count, removed: count }) },
  ),
  diagnostic: obj({
    severity,
    code: str,
    summary: str,
    detail: str,
    range: or(obj({ filename: str, start: obj({ line: count, column: count }) })),
  }),
  side: {
    anyOf: [obj({ position: count, rule: str }, { parsed: or(ref('parsedRule')) }), obj({ policy }), obj({ chain: str })],
  },
  parsedRule: obj({
    protocol: or(str),
    source: or(str),
    destination: or(str),
    in: or(str),
    out: or(str),
    source_ports: or(ref('portRanges')),
    destination_ports: or(ref('portRanges')),
    states: or(list(str)),
    not: obj(
      {},
      {
        protocol: str,
        source: str,
        destination: str,
        in: str,
        out: str,
        source_ports: ref('portRanges'),
        destination_ports: ref('portRanges'),
        states: list(str),
      },
    ),
    other: list(str),
    target: or(str),
    goto: bool,
    target_options: list(str),
    comment: or(str),
  }),
  portRanges: list(obj({ from: count, to: count })),
  resourceChange: { anyOf: [ref('tableChange'), ref('setChange')] },
  setSide: obj({ type: str, options: str, entries: count }),
  setChange: obj(
    {
      address: str,
      type: { const: 'set' },
      namespace: str,
      family: or(family),
      set: str,
      declared: str,
      change: obj({
        actions: list(setAction, { minItems: 1, maxItems: 1 }),
        before: or(ref('setSide')),
        after: or(ref('setSide')),
      }),
      entries: obj({ added: count, removed: count, first_added: list(str), first_removed: list(str) }),
      source: or(ref('source')),
    },
    { resource: obj({ addr: str }), action: setAction },
  ),
  tableChange: obj(
    {
      address: str,
      type: { enum: ['rule', 'policy', 'chain'] },
      ...place,
      chain: str,
      change: obj({
        actions: list({ enum: ['create', 'update', 'delete', 'move'] }, { minItems: 1, maxItems: 1 }),
        before: or(ref('side')),
        after: or(ref('side')),
      }),
      source: or(ref('source')),
      counters: or(ref('counters')),
    },
    { counters_kept: { const: true }, resource: obj({ addr: str }), action: { enum: ['create', 'update', 'delete', 'move'] } },
  ),
  problem: obj(
    { message: str, namespace: str, families: list(family), table: or(table), chain: or(str), set: or(str), evidence: list(str), flag: str },
    { id: str },
  ),
 rulePlace: obj({ table, chain: str, number: or({ type: 'integer', minimum: 1 }), rule: str, source: or(ref('source')) }),
  packetOutcome: obj({
    verdict: { enum: ['accept', 'drop', 'reject', 'queue', 'unknown'] },
    detail: or(str),
    to: or(str),
    from: or(str),
    by: ref('rulePlace'),
    others: count,
  }),
  packetFlow: obj({
    protocol: or(list(str)),
    source: or(list(str)),
    destination: or(list(str)),
    source_ports: or(list(str)),
    destination_ports: or(list(str)),
    input: or(list(str)),
    output: or(list(str)),
    also: list(str),
    where: list(str),
  }),
  trafficRegion: obj({
    effect: { enum: ['opened', 'closed', 'other'] },
    was: ref('packetOutcome'),
    will: ref('packetOutcome'),
    rule: obj({
      table,
      chain: str,
      number: or({ type: 'integer', minimum: 1 }),
      rule: str,
      source: or(ref('source')),
      side: { enum: ['before', 'after'] },
    }),
    flows: list(ref('packetFlow')),
    more_flows: count,
  }),
  traffic: obj({
    namespaces: list(str),
    supposing: or({ enum: ['only-declared', 'other-backend-gone', 'untouched-as-declared'] }),
    not_looked_at: or(list(str)),
    paths: list(
      obj({
        family,
        path: { enum: ['INPUT', 'FORWARD', 'OUTPUT'] },
        connections: { enum: ['new', 'running'] },
        claim: { enum: ['exact', 'at-most', 'not-judged'] },
        nodes: or(count),
        because: or(str),
        no_effect: bool,
        questions: list(str),
        regions: list(ref('trafficRegion')),
        more_regions: count,
      }),
    ),
  }),
  connections: obj({
    namespace: str,
    family,
    action: { enum: ['end-refused', 'keep'] },
    because: or(str),
    judged: or(count),
    refused: or(count),
    go_on: or(count),
    can_end: or(count),
    may_return: or(count),
    translated: or(count),
    open: or(count),
    not_judged: or(count),
    places: list(obj({ protocol: str, destination: str, port: count, connections: count })),
    more_places: count,
  }),
  ended: obj({
    ended: count,
    gone: count,
    came_back: count,
    left: count,
    go_on: list(
      obj({
        namespace: str,
        family,
        protocol: str,
        zone: count,
        source: str,
        source_port: count,
        destination: str,
        destination_port: count,
        why: { enum: ['came-back', 'translated', 'socket', 'too-many', 'failed'] },
      }),
    ),
    problems: list(str),
  }),
  passedCheck: obj({ name: or(str), probe: str, from: str, origin: str, tries: count, words: str }),
  artifact: obj({ target: str, sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' } }),
  rule: obj({ text: str }, { counters: ref('counterPair') }),
  chain: obj({ name: str, rules: list(ref('rule')) }, { policy, counters: ref('counterPair') }),
  table: obj({ name: table, chains: list(ref('chain')) }),
  line: {
    anyOf: [
      obj({ kind: { const: 'keep' }, from: count, to: count, text: str }),
      obj({ kind: { const: 'skip' }, count }),
      obj({ kind: { const: 'add' }, to: count, text: str }, { origin: str }),
      obj({ kind: { const: 'remove' }, from: count, text: str }, { counters: ref('counterPair') }),
      obj(
        { kind: { const: 'move' }, from: count, to: count, text: str },
        { counters: ref('counterPair'), origin: str },
      ),
      obj(
        { kind: { const: 'change' }, from: count, to: count, before: str, text: str },
        { counters: ref('counterPair'), origin: str },
      ),
    ],
  },
  chainChange: obj(
    { name: str, status: { enum: ['new', 'removed', 'changed'] }, lines: list(ref('line')) },
    { policy: obj({ from: policy, to: policy }, { origin: str }) },
  ),
  step: obj({
    namespace: ref('namespace'),
    family,
    backend,
    table,
    ownership: {
      anyOf: [
        obj({ kind: { const: 'shared' }, owners: list(str) }, { others: list(str) }),
        obj({ kind: { const: 'exclusive' }, keep: list(str) }),
      ],
    },
    chains: list(ref('chainChange')),
    restore: str,
    rollback: str,
    before: digest,
    after: digest,
    created: bool,
    notes: list(str),
  }),
  setStep: obj(
    {
      namespace: ref('namespace'),
      set: str,
      declared: str,
      change: { enum: ['create', 'update', 'replace', 'destroy'] },
      headers: obj({}, { before: str, after: str }),
      counts: obj({ before: count, after: count }),
      added: count,
      removed: count,
      examples: obj({ added: list(str), removed: list(str) }),
      isManaged: bool,
      restore: str,
      rollback: str,
      before: setDigest,
      after: setDigest,
    },
    { origin: str, lists: list(str) },
  ),
  keptSet: obj({ name: str, declared: str, header: str }, { entries: str }),
  plan: obj({
    version: { const: 1 },
    namespaces: list(
      obj(
        { namespace: ref('namespace'), backend, rules: obj({ ipv4: count, ipv6: count }) },
        { alsoHeldBy: backend },
      ),
    ),
    steps: list(ref('step')),
    foreign: list(obj({ namespace: ref('namespace'), family, table, chain: str, rules: count })),
  }, { sets: list(ref('setStep')) }),
  kept: obj(
    {
    namespace: ref('namespace'),
    backend,
    owners: list(str),
    claims: list(
      obj({
        family,
        table,
        ownership: {
          anyOf: [
            obj({ kind: { const: 'shared' }, owner: str, hook: { enum: ['first', 'last', 'any'] } }),
            obj({ kind: { const: 'exclusive' }, keep: list(str) }),
          ],
        },
        policies: map(policy),
        chains: list(
          obj(
            { name: str, rules: list(list(str, { minItems: 1, maxItems: 3 })) },
            { hookInto: str },
          ),
        ),
      }, { state: str }),
    ),
  },
    { counted: list(list(str, { minItems: 5, maxItems: 5 })), sets: list(ref('keptSet')) },
  ),
  madeIn: obj(
    { boot: str, namespaces: list(obj({ namespace: ref('namespace') }, { cookie: str, file: str })) },
    { machine: str, folder: str },
  ),
  appliedIn: obj(
    { boot: str, namespaces: list(obj({ namespace: ref('namespace') }, { cookie: str, file: str })), at: time, journal: str },
    { machine: str, folder: str },
  ),
  anew: obj({
    namespace: str,
    why: { enum: ['made_anew', 'other_namespace', 'booted', 'other_boot', 'other_machine'] },
    since: { enum: ['plan', 'generation'] },
    generation: or({ type: 'integer', minimum: 1 }),
    at: time,
  }),
  plannedCheck: obj(
    {
      probe: {
        anyOf: [
          obj({ kind: { const: 'tcp' }, host: str, port: count }),
          obj({ kind: { const: 'http' }, url: str }, { status: count }),
          obj({ kind: { const: 'command' }, words: list(str) }),
        ],
      },
      from: ref('namespace'),
      retries: count,
      timeoutMs: count,
      waitMs: count,
      origin: str,
    },
    { name: str },
  ),
  probe: obj(PROBE),
  address: obj({ namespace: str }, { family, table }),
  confirm: obj({ id: str, deadline: time }),
  resource: {
    anyOf: [obj({ addr: str, namespace: str, family, table }), obj({ addr: str, namespace: str, set: str })],
  },
};

const PLAN_DOCUMENT = obj({
  format_version: version,
  kind: { const: 'plan' },
  fw_version: str,
  created: time,
  expires: or(time),
  host: str,
  operator: str,
  config: obj({ state: str, commit: or(str), dirty: or(bool) }),
  errored: bool,
  complete: bool,
  applyable: bool,
  transition: or(ref('transition')),
  transitions: list(ref('approvedTransition')),
  signature: or(obj({ file: str, key: or(str), principal: or(str), problem: or(str) })),
  approval: or(digest),
  class: or(ref('planClass')),
  targets: list(
    obj({ namespace: str, family, backend, rules: count, tables: map(obj({ before: digest, after: digest })) }),
  ),
  resource_changes: list(ref('resourceChange')),
  foreign: list(obj({ ...place, chain: str, rules: count, owner: or(str) })),
  checks: list(
    obj({
      address: str,
      kind: { enum: ['guard', 'check'] },
      status: { enum: ['pass', 'fail', 'unknown'] },
      problems: list(ref('problem')),
      probe: or(ref('probe')),
    }),
  ),
  selection: list(str),
  declared: list(
    obj({
      namespace: str,
      backend,
      owners: list(str),
      tables: list(
        obj({
          family,
          table,
          ownership: { enum: ['shared', 'exclusive'] },
          owner: or(str),
          hook: or({ enum: ['first', 'last', 'any'] }),
          keep: or(list(str)),
          policies: map(policy),
          chains: count,
          rules: count,
        }),
      ),
      sets: list(obj({ set: str, declared: str, entries: or(count), options: or(list(str)) })),
      sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    }),
  ),
  traffic: or(list(ref('traffic'))),
  connections: or(list(ref('connections'))),
  ends_connections: list(str),
  anew: list(ref('anew')),
  made_in: or(
    obj({ boot: str, machine: or(str), namespaces: list(obj({ namespace: str, cookie: or(str), file: or(str) })) }),
  ),
  diagnostics: list(ref('diagnostic')),
  summary: ref('summary'),
  artifacts: obj({ restore: list(ref('artifact')), rollback: list(ref('artifact')) }),
});

const PLAN_FILE = obj(
  {
    format_version: version,
    kind: { const: 'plan' },
    fw_version: str,
    created: time,
    expires: time,
    host: str,
    operator: str,
    state: str,
    commit: or(ref('commit')),
    transitions: list(obj({ namespace: ref('namespace'), from: digest, to: digest })),
    plan: ref('plan'),
    tables: list(obj({ before: or(ref('table')), after: ref('table') })),
    namespaces: list(ref('kept')),
    checks: list(ref('plannedCheck')),
    digest,
  },
  {
    state_name: str,
    state_path: str,
    made_in: ref('madeIn'),
    standing: list(obj({ namespace: ref('namespace'), family, table: ref('table') })),
    selection: obj({
      namespaces: list(str),
      families: list(family),
      tables: list(table),
      targets: list(ref('address')),
      excluded: list(ref('address')),
    }),
  },
);

const GENERATION = obj(
  {
    format_version: version,
    kind: { const: 'generation' },
    number: { type: 'integer', minimum: 1 },
    version: { const: 2 },
    at: time,
    operator: str,
    state: str,
    journal: str,
    summary: ref('changeCounts'),
    applied: list(str),
    states: list(keptState(str)),
    namespaces: list(ref('kept')),
  },
  { commit: or(ref('commit')), signer: ref('signer') },
);

/** `generations/N.json` of the data folder, version 2. */
const GENERATION_FILE = obj(
  {
    version: { const: 2 },
    at: time,
    operator: str,
    state: str,
    journal: str,
    summary: ref('changeCounts'),
    applied: list(str),
    states: list(keptState(ref('kept'))),
  },
  { commit: or(ref('commit')), signer: ref('signer') },
);

function keptState(namespace: Schema): Schema {
  return obj(
    { name: str, path: str, at: time, operator: str, journal: str, namespaces: list(namespace) },
    { formerly: list(str), restores: count, commit: or(ref('commit')), appliedIn: list(ref('appliedIn')) },
  );
}

/** `fw state list --json`. */
const STATES = obj({
  format_version: version,
  kind: { const: 'states' },
  generation: or({ type: 'integer', minimum: 1 }),
  states: list(
    obj({
      name: str,
      named: bool,
      path: str,
      formerly: list(str),
      at: time,
      operator: str,
      commit: or(ref('commit')),
      generation: or({ type: 'integer', minimum: 1 }),
      restores: or(count),
      namespaces: list(str),
    }),
  ),
});

const EXPANSION = obj({
  format_version: version,
  kind: { const: 'expansion' },
  state: str,
  namespaces: list(
    obj({
      namespace: str,
      backend: { enum: ['auto', 'nft', 'legacy'] },
      sets: list(obj({ name: str, declared: str, header: str, entries: or(list(str)) })),
      tables: list(
        obj({
          family,
          table,
          ownership: { enum: ['shared', 'exclusive'] },
          owner: or(str),
          chains: list(
            obj({
              name: str,
              declared: str,
              policy: or(policy),
              rules: list(obj({ rule: str, id: or(str), origin: str })),
            }),
          ),
        }),
      ),
    }),
  ),
});

const ABOUT_TEMPLATE = {
  name: str,
  description: or(str),
  path: str,
  used_in: { enum: ['document', 'rules'] },
  parameters: list(
    obj({
      name: str,
      type: str,
      required: bool,
      default: { anyOf: [str, list(str), { type: 'null' }] },
      description: or(str),
    }),
  ),
};

/** `fw template list --json` and `fw template show NAME --json`. */
const TEMPLATES: Schema = {
  anyOf: [
    obj({ format_version: version, kind: { const: 'templates' }, state: str, templates: list(obj(ABOUT_TEMPLATE)) }),
    obj({ format_version: version, kind: { const: 'template' }, state: str, ...ABOUT_TEMPLATE, source: str }),
  ],
};

const graphChange: Schema = { enum: ['kept', 'new', 'gone'] };

/** `fw graph --json`. */
const GRAPH = obj({
  format_version: version,
  kind: { const: 'graph' },
  namespace: str,
  rules: { enum: ['live', 'desired', 'plan'] },
  chains: list(
    obj({
      family,
      table,
      chain: str,
      builtin: bool,
      policy: or(policy),
      packets: or(digits),
      rules: count,
      rules_added: count,
      rules_removed: count,
      reordered: bool,
      policy_before: or(policy),
      verdicts: list(obj({ target: str, rules: count, packets: or(digits) })),
      owner: or(str),
      reachable: bool,
      change: graphChange,
    }),
  ),
  jumps: list(
    obj({ family, table, from: str, to: str, goto: bool, rules: count, packets: or(digits), change: graphChange }),
  ),
});

/** `fw log --json`. */
const LOG = obj({
  format_version: version,
  kind: { const: 'log' },
  kept: count,
  events: list(
    obj(
      { at: or(time), event: { enum: EVENT_KINDS } },
      {
        generation: { type: 'integer', minimum: 1 },
        journal: str,
        operator: str,
        state: str,
        states: list(str),
        commit: ref('commit'),
        restores: count,
        summary: ref('changeCounts'),
        deadline: time,
        why: str,
        code: str,
        said: str,
      },
    ),
  ),
});

const TRACE = obj(
  {
    format_version: version,
    kind: { const: 'trace' },
    namespace: str,
    family,
    rules: { enum: ['live', 'desired'] },
    packet: str,
    notes: list(str),
    supposed: bool,
    way: ref('traceWay'),
  },
  { kernel: obj({ agrees: bool, steps: list(str) }) },
);

const RECEIPT = obj(
  {
  format_version: version,
  kind: { const: 'receipt' },
  generation: or({ type: 'integer', minimum: 1 }),
  journal: str,
  at: time,
  host: str,
  operator: str,
  state: str,
  commit: or(ref('commit')),
  summary: ref('summary'),
  transitions: list(ref('namedTransition')),
  tables: list(obj({ ...place, backend, before: digest, planned: digest, live: digest })),
  checks: list(ref('passedCheck')),
  confirm: obj({ deadline: or(time), confirmed: bool }),
  digest,
},
  {
    states: list(str),
    signer: or(ref('signer')),
    approval: or(digest),
    traffic: or(list(ref('traffic'))),
    connections: list(ref('connections')),
    sets: list(
      obj({
        namespace: str,
        set: str,
        action: setAction,
        added: count,
        removed: count,
        entries: count,
        before: digest,
        planned: digest,
      }),
    ),
  },
);

const LIVE = obj({
  format_version: version,
  kind: { const: 'live' },
  fw_version: str,
  created: time,
  host: str,
  tables: list(
    obj({
      ...place,
      backend,
      chains: list(
        obj({
          name: str,
          policy: or(policy),
          counters: or(ref('counters')),
          rules: list(obj({ rule: str, parsed: or(ref('parsedRule')), counters: or(ref('counters')) })),
        }),
      ),
    }),
  ),
});

const tableSeen = { namespace: str, family, table };

const DRIFT = obj(
  {
  format_version: version,
  kind: { const: 'drift' },
  in_sync: bool,
  states: list(str),
  since: obj({ generation: { type: 'integer', minimum: 1 }, at: time, operator: str }),
  gone: list(str),
  anew: list(ref('anew')),
  resource_drift: list(ref('resourceChange')),
  diagnostics: list(ref('diagnostic')),
  summary: ref('summary'),
  },
  {
    foreign: obj({
      resource_drift: list(ref('resourceChange')),
      since: list(obj({ ...tableSeen, generation: { type: 'integer', minimum: 1 }, at: time })),
      unknown: list(obj(tableSeen)),
    }),
  },
);

const stepOwnership: Schema = {
  anyOf: [
    obj({ kind: { const: 'shared' }, owners: list(str) }),
    obj({ kind: { const: 'exclusive' }, keep: list(str) }),
  ],
};
const beforeState: Schema = { enum: ['known', 'unknown', 'left'] };

const BEFORE = obj({
  format_version: version,
  kind: { const: 'before' },
  number: { const: 0 },
  namespaces: list(
    obj({
      namespace: str,
      tables: list(
        obj({
          backend,
          family,
          table,
          at: time,
          ownership: stepOwnership,
          policies: map(policy),
          before: or(ref('table')),
          state: beforeState,
        }),
      ),
      sets: list(
        obj({
          name: str,
          at: time,
          before: or(obj({ name: str, declared: str, header: str }, { entries: str })),
          state: beforeState,
        }),
      ),
    }),
  ),
});

const ELSEWHERE = obj({ what: str, next: str });

const STATUS = obj({
  format_version: version,
  kind: { const: 'status' },
  holder: or(str),
  pending: list(obj({ id: str, deadline: time, seconds_left: { type: 'integer' }, watched: or(bool), live: or(bool) }, { differs: list(str), elsewhere: ELSEWHERE })),
  unfinished: list(obj({ id: str, at: time, operator: str, why: { enum: ['died', 'not confirmed', 'booted', 'rejected'] }, watched: or(bool), live: or(bool) }, { elsewhere: ELSEWHERE })),
  generation: or(obj({ number: { type: 'integer', minimum: 1 }, at: time, operator: str })),
  last: or({
    anyOf: [
      obj({ outcome: { const: 'applied' }, at: time, operator: str, generation: { type: 'integer', minimum: 1 } }),
      obj({
        outcome: { const: 'rolled-back' },
        at: time,
        operator: str,
        state: str,
        journal: str,
        why: or({
          enum: ['failed', 'check failed', 'interrupted', 'died', 'not confirmed', 'rejected', 'booted'],
        }),
        said: or(str),
      }),
    ],
  }),
}, {
  other_folders: list(obj({ id: str, operator: str, data_dir: str })),
  connections_left: list(str),
});

const HEAD = {
  '@level': { enum: ['info', 'warn', 'error'] },
  '@message': str,
  '@module': { const: 'fw' },
  '@timestamp': time,
};

const hook = (more: Readonly<Record<string, Schema>> = {}): Readonly<Record<string, Schema>> => ({
  hook: obj({ resource: ref('resource'), action: setAction, ...more }),
});

/** What each type of line has besides the head. */
const LINES: Readonly<Record<string, Readonly<Record<string, Schema>>>> = {
  version: { fw: str, format_version: version },
  log: { phase: { enum: ['read', 'normalise', 'plan', 'rehearse', 'recheck', 'apply', 'verify', 'check'] } },
  diagnostic: { diagnostic: ref('diagnostic') },
  target_read: { target: obj({ namespace: str, family, backend, rules: count }) },
  namespace_anew: { anew: ref('anew') },
  traffic: { traffic: ref('traffic') },
  connections: { connections: ref('connections') },
  planned_change: { change: ref('resourceChange') },
  planned_check: { check: obj({ address: str, ...PROBE }) },
  guard: { guard: ref('problem') },
  change_summary: {
    changes: obj({
      ...counts,
      chains_added: count,
      chains_removed: count,
      ...setCounts,
      namespaces: obj({ changed: count, unchanged: count }),
      operation: { enum: ['plan', 'apply'] },
      class: or(ref('planClass')),
      approval: or(digest),
    }),
  },
  apply_start: hook(),
  apply_complete: hook({ elapsed_seconds: seconds }),
  apply_errored: hook({ elapsed_seconds: seconds, error: str }),
  rollback_start: { tables: count, sets: count },
  rollback_complete: hook({ restored: bool }),
  connections_ended: { connections: ref('ended') },
  confirm_pending: { confirm: ref('confirm') },
  result: {
    exit_code: count,
    changed: bool,
    firewall,
    summary: or(ref('summary')),
    transition: or(ref('transition')),
    generation: or({ type: 'integer', minimum: 1 }),
    pending: or(ref('confirm')),
    error: or(obj({ code: str, message: str, next: str, said: or(str) })),
  },
};

const STREAM: Schema = {
  anyOf: [
    ...Object.entries(LINES).map(([type, more]) => obj({ ...HEAD, type: { const: type }, ...more })),
    obj({ ...HEAD, type: { const: 'verify' }, status: { const: 'started' }, tables: list(str, { maxItems: 0 }) }),
    obj({
      ...HEAD,
      type: { const: 'verify' },
      status: { const: 'complete' },
      tables: list(obj({ address: str, digest: or(digest) })),
      sets: list(obj({ address: str, entries: count })),
      checks: list(ref('passedCheck')),
    }),
  ],
};

const RULE_FIELDS = { table, chain: str, number: or(count), text: str, source: or(ref('source')) };
const RULE_PLACE = obj(RULE_FIELDS);

/** Texts as people read them; a part that is absent may be anything. */
const FLOW = obj({}, Object.fromEntries(
  ['protocol', 'source', 'destination', 'sourcePorts', 'destinationPorts', 'input', 'output', 'also', 'where'].map(
    (part) => [part, list(str)],
  ),
));

const TESTS = obj({
  format_version: version,
  kind: { const: 'tests' },
  fw_version: str,
  about: str,
  summary: obj({ tests: count, expectations: count, hold: count, fail: count, not_judged: count }),
  expectations: list(
    obj({
      test: count,
      name: or(str),
      kind: { enum: ['allow', 'deny', 'allow-if'] },
      path: { enum: ['INPUT', 'FORWARD', 'OUTPUT'] },
      flow: str,
      namespaces: list(str),
      families: list(family),
      source: or(ref('source')),
      status: { enum: ['holds', 'fails', 'not-judged'] },
      by: list(RULE_PLACE),
      verdict: or(str),
      flows: list(FLOW),
      more: count,
      because: or(str),
      example: or(list(str)),
    }),
  ),
  diagnostics: list(ref('diagnostic')),
});

const LINT = obj({
  format_version: version,
  kind: { const: 'lint' },
  fw_version: str,
  about: str,
  findings: list(
    obj({
      id: { enum: LINT_RULES.map(({ id }) => id) },
      name: str,
      level: { enum: ['warning', 'note'] },
      namespaces: list(str),
      families: list(family),
      rule: or(RULE_PLACE),
      subject: or(str),
      message: str,
      causes: list(obj({ ...RULE_FIELDS, differs: or(bool) })),
      more: count,
      since: or(obj({ generation: count, at: time, days: count })),
      source: or(ref('source')),
    }),
  ),
  not_judged: list(
    obj({
      namespaces: list(str),
      families: list(family),
      place: or(obj({ table, chain: str, number: count })),
      because: str,
    }),
  ),
  diagnostics: list(ref('diagnostic')),
});

const COUNTED = {
  address: str,
  ...place,
  backend,
  chain: str,
  position: or({ type: 'integer', minimum: 1 }),
  text: str,
  packets: digits,
  bytes: digits,
  sure: bool,
  owner: { enum: ['state', 'program', 'foreign', 'kernel'] },
  state: or(str),
  program: or(str),
  generation: or({ type: 'integer', minimum: 1 }),
  or_earlier: bool,
  at: or(str),
  operator: or(str),
  commit: or(str),
  origin: or(str),
};

const COUNTER = obj({
  type: { const: 'counter' },
  ...COUNTED,
  change: or({ enum: ['counted', 'first', 'new', 'restarted'] }),
  unsure: bool,
});

/** A line of `fw blame --json`. */
const BLAME = obj(
  { type: { const: 'blame' }, ...COUNTED },
  {
    since: obj(
      { generation: { type: 'integer', minimum: 1 }, at: time, operator: str },
      { isOldest: { const: true }, commit: str, origin: str },
    ),
  },
);

const COUNTERS: Schema = {
  anyOf: [
    COUNTER,
    obj({ type: { const: 'gone' }, ...place, chain: str, text: str, packets: digits, bytes: digits }),
    obj({
      type: { const: 'since' },
      reader: str,
      namespace: str,
      since: or(time),
      why: or({ enum: ['first', 'gone', 'made_anew', 'other_namespace', 'booted', 'other_boot', 'other_machine'] }),
      unsure: bool,
    }),
  ],
};

const TITLES: Readonly<Record<string, readonly [title: string, schema: Schema]>> = {
  'plan-document': ['The document of fw show FILE --json', PLAN_DOCUMENT],
  'plan-file': ['A file of fw plan --out', PLAN_FILE],
  stream: ['One line of fw plan --json and fw apply --json', STREAM],
  generation: ['The document of fw show N --json', GENERATION],
  'generation-file': ['A file generations/N.json of the data folder', GENERATION_FILE],
  states: ['The document of fw state list --json', STATES],
  expansion: ['The document of fw expand --json', EXPANSION],
  templates: ['The documents of fw template list --json and fw template show --json', TEMPLATES],
  log: ['The document of fw log --json', LOG],
  graph: ['The document of fw graph --json', GRAPH],
  trace: ['The document of fw trace --json', TRACE],
  receipt: ['The document of fw show receipt-N --json, and the files of receipts/', RECEIPT],
  live: ['The document of fw show live --json', LIVE],
  drift: ['The document of fw drift --json', DRIFT],
  tests: ['The document of fw test --json', TESTS],
  lint: ['The document of fw lint --json', LINT],
  counters: ['One line of fw counters --json', COUNTERS],
  blame: ['One line of fw blame --json', BLAME],
  before: ['The document of fw show 0 --json', BEFORE],
  status: ['The document of fw status --json', STATUS],
};

/** Text of each schema by the name of its file. */
export function printFormatSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(TITLES).map(([name, [title, schema]]) => {
      const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: `fw-${name}.schema.json`, title };
      return [`${name}.schema.json`, `${JSON.stringify({ ...head, ...schema, $defs: usedBy(schema) }, null, 2)}\n`];
    }),
  );
}

/** The definitions that a schema leads to, so that each file stands for itself. */
function usedBy(schema: Schema): Schema {
  const used = new Set<string>();
  const look = (part: Schema) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/\$defs\/(\w+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      look(DEFS[name] ?? {});
    }
  };
  look(schema);
  return Object.fromEntries(Object.entries(DEFS).filter(([name]) => used.has(name)));
}
