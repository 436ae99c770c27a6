import type { Claim } from '../../src/core/desired/claim.ts';
import type { Promises } from '../../src/core/desired/types.ts';
import { claimsOf, generationNamespaces } from '../../src/core/generation/generation-of.ts';
import { assemble, type NamespaceInput } from '../../src/core/plan/assemble.ts';
import { planContent } from '../../src/core/plan-file/plan-content.ts';
import type { PlanFile, StoredPlanFile } from '../../src/core/plan-file/types.ts';
import { namespaceLabel } from '../../src/core/rules/namespace-label.ts';
import {
  type Backend,
  FAMILIES,
  type Family,
  type Namespace,
  type Policy,
  type Ruleset,
  type Table,
  type TableName,
} from '../../src/core/rules/types.ts';
import { isSelected } from '../../src/core/selection/is-selected.ts';
import type { Selection } from '../../src/core/selection/types.ts';
import { parseSavedSet } from '../../src/core/sets/ipset/parse-saved-set.ts';
import type { KeptSet, LiveSet } from '../../src/core/sets/ipset/types.ts';
import { pairKept } from '../../src/core/sets/keep-sets.ts';
import { ourSets } from '../../src/core/sets/our-sets.ts';
import { tableOf } from './table-of.ts';

type Tables = Partial<Readonly<Record<TableName, string>>>;
type UnplacedClaim = Omit<Claim, 'family' | 'table'>;
type Claims = Readonly<Record<string, readonly UnplacedClaim[]>>;

type Site = {
  readonly namespace: Namespace;
  readonly backend?: Backend;
  readonly owners: readonly string[];
  readonly live: Partial<Readonly<Record<Family, Tables>>>;
  /** By `FAMILY TABLE`. */
  readonly claims: Claims;
  /** As `ipset save` prints them, by name. */
  readonly liveSets?: Readonly<Record<string, string>>;
  readonly sets?: readonly KeptSet[];
};

type Kind = Promises & {
  readonly sites: readonly Site[];
  readonly context?: number;
  readonly selection?: Selection;
  readonly checks?: PlanFile['checks'];
};

/** A plan file as fw makes it, and the kernel that it was made from. */
export type KindOfPlan = {
  readonly content: Omit<StoredPlanFile, 'digest'>;
  /** What is live beside what a file of that machine declares; undefined where a namespace of it is not there. */
  readonly inputsFor: (declared: PlanFile['namespaces']) => readonly NamespaceInput[] | undefined;
};

const HOST: Namespace = { kind: 'host' };
const BLUE: Namespace = { kind: 'named', name: 'blue' };
const SPAN = { file: 'state/a.yaml', start: 1, end: 2 };

function shared(
  owner: string,
  chains: Readonly<Record<string, readonly string[]>>,
  policies: Readonly<Record<string, Policy>> = {},
): UnplacedClaim {
  return {
    ownership: { kind: 'shared', owner, hook: 'first' },
    policies,
    policySpans: spansOf(policies),
    chains: Object.entries(chains).map(([name, rules]) => {
      const into = /^[A-Z]+$/.exec(name.slice(owner.length + 1))?.[0];
      return {
        name,
        ...(into === undefined ? {} : { hookInto: into }),
        rules: rules.map((text) => ({ text, span: SPAN })),
      };
    }),
  };
}

function exclusive(
  chains: Readonly<Record<string, readonly string[]>>,
  keep: readonly string[],
  policies: Readonly<Record<string, Policy>> = {},
): UnplacedClaim {
  return {
    ownership: { kind: 'exclusive', keep },
    policies,
    policySpans: spansOf(policies),
    chains: Object.entries(chains).map(([name, rules]) => ({
      name,
      rules: rules.map((text) => ({ text, span: SPAN })),
    })),
  };
}

function spansOf(policies: Readonly<Record<string, Policy>>) {
  return Object.fromEntries(Object.keys(policies).map((chain) => [chain, SPAN]));
}

const SSH = '-p tcp -m tcp --dport 22 -j ACCEPT';
const WEB = '-p tcp -m tcp --dport 443 -j ACCEPT';

const CHECKS: PlanFile['checks'] = [
  {
    probe: { kind: 'command', words: ['/usr/local/bin/smoke', '--fast', 'two words'] },
    from: BLUE,
    retries: 1,
    timeoutMs: 2_000,
    waitMs: 500,
    name: 'smoke',
    origin: 'state/a.yaml:9',
  },
  {
    probe: { kind: 'tcp', host: '192.0.2.1', port: 22 },
    from: HOST,
    retries: 0,
    timeoutMs: 500,
    waitMs: 0,
    origin: 'state/a.yaml:12',
  },
  {
    probe: { kind: 'http', url: 'http://192.0.2.1/up', status: 204 },
    from: HOST,
    retries: 0,
    timeoutMs: 500,
    waitMs: 0,
    origin: 'state/a.yaml:13',
  },
];

const SHARED: Site = {
  namespace: HOST,
  owners: ['fw', 'other'],
  live: {
    ipv4: {
      filter: `
        :INPUT ACCEPT [7:700]
        [3:300] -A INPUT -j fw-INPUT
        [4:400] -A INPUT -s 203.0.113.9/32 -j DROP
        [5:500] -A fw-INPUT ${SSH}
        [6:600] -A fw-INPUT -s 10.0.0.1/32 -j ACCEPT
        [2:200] -A fw-INPUT -s 10.0.0.2/32 -j ACCEPT
        [1:100] -A fw-old -j RETURN
        -A theirs -j RETURN`,
      nat: '-A POSTROUTING -j fw-POSTROUTING\n[9:900] -A fw-POSTROUTING -s 10.0.0.0/8 -j MASQUERADE\n-A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE',
    },
  },
  claims: {
    'ipv4 filter': [
      shared('fw', { 'fw-INPUT': ['-s 10.0.0.2/32 -j ACCEPT', SSH, WEB], 'fw-web': [WEB] }, { INPUT: 'DROP' }),
      shared('other', { 'other-INPUT': ['-s 10.9.0.0/16 -j ACCEPT'] }),
    ],
    'ipv4 nat': [shared('fw', { 'fw-POSTROUTING': ['-s 10.0.0.0/8 -j MASQUERADE'] })],
    'ipv6 filter': [shared('fw', { 'fw-INPUT': [SSH] })],
  },
};

const EXCLUSIVE: Site = {
  namespace: BLUE,
  owners: [],
  live: {
    ipv4: {
      filter: `
        :INPUT ACCEPT [1:1]
        [8:80] -A INPUT ${SSH}
        -A INPUT -j DOCKER-USER
        -A INPUT -s 10.0.0.3/32 -j DROP
        -A DOCKER-USER -j RETURN
        -A gone -j RETURN`,
      raw: ':PREROUTING DROP [0:0]\n-A PREROUTING -s 10.0.0.0/8 -j ACCEPT',
    },
  },
  claims: {
    'ipv4 raw': [exclusive({ PREROUTING: ['-s 10.0.0.0/8 -j ACCEPT'] }, [], { PREROUTING: 'DROP' })],
    'ipv4 filter': [
      exclusive({ INPUT: [WEB, SSH], own: ['-j RETURN'] }, ['DOCKER*'], { INPUT: 'DROP', FORWARD: 'DROP' }),
    ],
  },
};

const SETS: Site = {
  namespace: HOST,
  owners: ['fw'],
  live: {
    ipv4: {
      filter:
        '-A INPUT -j fw-INPUT\n-A fw-INPUT -m set --match-set fw-mgmt src -j ACCEPT\n-A fw-INPUT -m set --match-set fw-old src -j DROP',
      raw: '-A PREROUTING -j fw-PREROUTING\n-A fw-PREROUTING -m set --match-set fw-big src -j DROP',
    },
  },
  claims: {
    'ipv4 filter': [shared('fw', { 'fw-INPUT': ['-m set --match-set fw-mgmt src -j ACCEPT'] })],
    'ipv4 raw': [shared('fw', { 'fw-PREROUTING': ['-m set --match-set fw-big src -j DROP'] })],
  },
  liveSets: {
    'fw-mgmt':
      'create fw-mgmt hash:net family inet hashsize 1024 maxelem 65536\nadd fw-mgmt 10.0.0.0/8\nadd fw-mgmt 192.0.2.0/24\nadd fw-mgmt 198.51.100.0/24\n',
    'fw-big':
      'create fw-big hash:ip family inet hashsize 1024 maxelem 65536\nadd fw-big 10.0.0.1\nadd fw-big 10.0.0.2\n',
    'fw-old': 'create fw-old hash:ip family inet hashsize 1024 maxelem 65536\nadd fw-old 10.0.0.7\n',
    'fw-same': 'create fw-same hash:ip family inet hashsize 1024 maxelem 65536\nadd fw-same 10.0.0.9\n',
    'fw-list': 'create fw-list list:set size 8\nadd fw-list fw-same\n',
    'fw-theirs': 'create fw-theirs hash:ip family inet hashsize 1024 maxelem 65536\nadd fw-theirs 10.0.0.8\n',
    'fw-open': 'create fw-open hash:ip family inet hashsize 1024 maxelem 65536\nadd fw-open 10.0.0.8\n',
  },
  sets: [
    {
      name: 'fw-mgmt',
      declared: 'mgmt',
      header: 'hash:net family inet maxelem 65536',
      entries: '10.0.0.0/8\n192.0.2.0/24\n203.0.113.0/24\n',
    },
    { name: 'fw-big', declared: 'big', header: 'hash:ip family inet maxelem 131072', entries: '10.0.0.1\n10.0.0.3\n' },
    { name: 'fw-new', declared: 'new', header: 'hash:ip family inet maxelem 65536', entries: '10.0.0.5\n' },
    { name: 'fw-same', declared: 'same', header: 'hash:ip family inet maxelem 65536', entries: '10.0.0.9\n' },
    { name: 'fw-list', declared: 'list', header: 'list:set size 8', entries: 'fw-same\n' },
    { name: 'fw-open', declared: 'open', header: 'hash:ip family inet maxelem 65536', options: [] },
    { name: 'fw-theirs', declared: 'theirs', header: 'hash:ip family inet maxelem 65536', options: ['maxelem'] },
  ],
};

const LEGACY: Site = {
  namespace: HOST,
  backend: 'legacy',
  owners: ['fw'],
  live: {
    ipv4: {
      filter:
        ':INPUT DROP [5:50]\n-A INPUT -m limit --limit 1/sec -j ACCEPT\n-A INPUT -j fw-INPUT\n[1:1] -A fw-INPUT -s 10.0.0.1/32 -j ACCEPT',
      mangle: '-A PREROUTING -j MARK --set-xmark 0x1/0xffffffff',
    },
  },
  claims: { 'ipv4 filter': [shared('fw', { 'fw-INPUT': [SSH] })] },
};

const HASHLIMIT = (rate: string) =>
  `-m hashlimit --hashlimit-upto ${rate} --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name ssh -j ACCEPT`;

/** A hashlimit table that is handed over, and a rule of which only the comment changes. */
const HANDED: Site = {
  namespace: HOST,
  owners: ['fw'],
  live: {
    ipv4: {
      filter: `-A INPUT -j fw-INPUT\n[4:40] -A fw-INPUT ${HASHLIMIT('1/hour')}\n[5:50] -A fw-INPUT -s 10.0.0.1/32 -m comment --comment old -j ACCEPT`,
    },
  },
  claims: {
    'ipv4 filter': [
      shared('fw', { 'fw-INPUT': [HASHLIMIT('10/sec'), '-s 10.0.0.1/32 -m comment --comment new -j ACCEPT'] }),
    ],
  },
};

/** Plan files of each kind that there is, by name. */
export const KINDS: Readonly<Record<string, KindOfPlan>> = {
  'shared, two owners, policy, tables that stay': make({ sites: [SHARED], checks: CHECKS }),
  'exclusive with keep, two namespaces': make({ sites: [{ ...LEGACY, backend: 'nft' }, EXCLUSIVE], context: 0 }),
  sets: make({ sites: [SETS], checks: CHECKS.slice(0, 1) }),
  'a hashlimit table handed over': make({ sites: [HANDED] }),
  'legacy with notes': make({ sites: [LEGACY] }),
  'a part of the state': make({
    sites: [SHARED, EXCLUSIVE],
    selection: {
      namespaces: ['host'],
      families: [],
      tables: ['filter', 'nat'],
      targets: [{ namespace: '*', family: 'ipv4' }],
      excluded: [{ namespace: 'green' }],
    },
  }),
  'tests, flows that must get through, and connections that are ended': make({
    sites: [SHARED],
    tests: [
      {
        namespaces: [HOST],
        name: 'the web',
        origin: 'state/a.yaml:20',
        expectations: [
          { kind: 'allow', path: 'INPUT', flow: 'tcp any -> port 443', origin: 'state/a.yaml:21' },
          { kind: 'deny', path: 'INPUT', flow: 'tcp any -> port 25', origin: 'state/a.yaml:22' },
        ],
      },
    ],
    reachable: [{ namespaces: [HOST], path: 'INPUT', flow: 'tcp 192.0.2.0/24 -> port 22', origin: 'state/a.yaml:25' }],
    connections: [{ namespaces: [HOST], origin: 'state/a.yaml:27' }],
  }),
  'nothing changes': make({ sites: [{ ...SHARED, live: EQUAL() }] }),
};

function EQUAL(): Site['live'] {
  return {
    ipv4: {
      filter: `
        :INPUT DROP [7:700]
        -A INPUT -j fw-INPUT
        -A INPUT -j other-INPUT
        [5:500] -A fw-INPUT -s 10.0.0.2/32 -j ACCEPT
        -A fw-INPUT ${SSH}
        -A fw-INPUT ${WEB}
        -A fw-web ${WEB}
        -A other-INPUT -s 10.9.0.0/16 -j ACCEPT`,
      nat: '-A POSTROUTING -j fw-POSTROUTING\n-A fw-POSTROUTING -s 10.0.0.0/8 -j MASQUERADE',
    },
    ipv6: { filter: `-A INPUT -j fw-INPUT\n-A fw-INPUT ${SSH}` },
  };
}

function make({ sites, context = 1, selection, checks = [], ...promises }: Kind): KindOfPlan {
  const chosen = sites.filter(
    ({ namespace }) =>
      selection === undefined || selection.namespaces.some((name) => name === namespaceLabel(namespace)),
  );
  const inputs = chosen.map(inputOf);
  const originOf = () => 'state/a.yaml:3';
  const made = assemble(inputs, {
    context,
    originOf,
    ...(selection === undefined
      ? {}
      : { isSelected: (namespace, family, table) => isSelected(selection, namespaceLabel(namespace), family, table) }),
  });
  if (made.diagnostics.length > 0) throw new Error(made.diagnostics.map(({ message }) => message).join('\n'));
  const content = planContent(
    {
      plan: made.plan,
      standing: made.standing,
      ...(selection === undefined ? {} : { selection }),
      namespaces: generationNamespaces(inputs, originOf),
      checks,
      ...promises,
      made_in: {
        boot: '6f1c2ab7-d0c9-4e8f-a6a5-b4c3d2e1f0a9',
        machine: '0123456789abcdef0123456789abcdef',
        folder: '24:1',
        namespaces: inputs.map(({ namespace }) => ({
          namespace,
          cookie: '0100000000000000',
          file: '4:4026531833:initial',
        })),
      },
    },
    {
      fw_version: '0.2.0',
      created: '2026-10-05T14:02:07.000Z',
      expires: '2026-10-06T14:02:07.000Z',
      host: 'edge-1',
      operator: 'ci',
      state: 'state',
      commit: { id: '4f1c2ab7d0c9e8f76a5b4c3d2e1f0a9b8c7d6e5f', dirty: false },
    },
  );
  return { content, inputsFor: (declared) => inputsOf(sites, declared) };
}

function inputOf(site: Site): NamespaceInput {
  const { namespace, backend = 'nft', owners, claims, sets = [] } = site;
  return {
    namespace,
    backend,
    owners,
    live: { ipv4: rulesetOf(site, 'ipv4'), ipv6: rulesetOf(site, 'ipv6') },
    claims: FAMILIES.flatMap((family) =>
      Object.entries(claims).flatMap(([key, parts]) => {
        const [of, table] = key.split(' ');
        return of === family ? parts.map((part): Claim => ({ family, table: table as TableName, ...part })) : [];
      }),
    ),
    sets: pairKept(sets, setsOf(site, owners, sets)),
  };
}

/** As `readGenerationInputs` reads them: of the backend that the file names, with the sets that it says are ours. */
function inputsOf(sites: readonly Site[], declared: PlanFile['namespaces']): readonly NamespaceInput[] | undefined {
  const inputs = declared.map((kept): NamespaceInput | undefined => {
    const site = sites.find(({ namespace }) => namespaceLabel(namespace) === namespaceLabel(kept.namespace));
    if (site === undefined) return undefined;
    const { namespace, backend, owners, sets = [] } = kept;
    const isThere = backend === (site.backend ?? 'nft');
    const live = (family: Family): Ruleset => (isThere ? rulesetOf(site, family) : { family, tables: [] });
    return {
      namespace,
      backend,
      owners,
      live: { ipv4: live('ipv4'), ipv6: live('ipv6') },
      claims: claimsOf(kept),
      sets: pairKept(sets, setsOf(site, owners, sets)),
    };
  });
  return inputs.every((input) => input !== undefined) ? inputs : undefined;
}

function rulesetOf({ live }: Site, family: Family): Ruleset {
  const tables = Object.entries(live[family] ?? {}).map(([name, text]): Table => tableOf(name as TableName, text));
  return { family, tables };
}

function setsOf({ liveSets = {} }: Site, owners: readonly string[], sets: readonly KeptSet[]): readonly LiveSet[] {
  const isOurs = ourSets(
    owners,
    sets.map(({ name }) => name),
  );
  return Object.entries(liveSets).flatMap(([name, text]) =>
    isOurs(name) ? (parseSavedSet(name, text, name === 'fw-old' ? 1 : 0) ?? []) : [],
  );
}
