import { generationDocument } from '../../../../src/core/generation/generation-document.ts';
import { printGeneration } from '../../../../src/core/generation/parse-generation.ts';
import type { NumberedGeneration } from '../../../../src/core/generation/types.ts';
import { beforeDocument } from '../../../../src/core/generation-zero/before-document.ts';
import type { BeforeFw } from '../../../../src/core/generation-zero/types.ts';
import type { WentBack } from '../../../../src/core/journal/went-back.ts';
import { compareTraffic } from '../../../../src/core/packets/traffic/compare-traffic.ts';
import type { Firewall } from '../../../../src/core/packets/types/firewall.ts';
import type { RulePlace, Traffic } from '../../../../src/core/packets/types/traffic.ts';
import { setSteps, tableSteps } from '../../../../src/core/plan/in-order.ts';
import { receiptOf } from '../../../../src/core/receipt/receipt-of.ts';
import type { Proof, Receipt } from '../../../../src/core/receipt/types.ts';
import { driftDocument } from '../../../../src/core/report/drift-document.ts';
import { metricsOf } from '../../../../src/core/report/metrics/metrics-of.ts';
import { planDocument } from '../../../../src/core/report/plan-document.ts';
import { shownOfGeneration } from '../../../../src/core/report/shown/of-generation.ts';
import { liveDocument } from '../../../../src/core/report/shown/shown-document.ts';
import type { ShownTable } from '../../../../src/core/report/shown/types.ts';
import { statusDocument } from '../../../../src/core/report/status-document.ts';
import { appliedEvents } from '../../../../src/core/report/stream/applied-events.ts';
import { planEvents } from '../../../../src/core/report/stream/plan-events.ts';
import { progressEvent } from '../../../../src/core/report/stream/progress-event.ts';
import { resultEvent } from '../../../../src/core/report/stream/result-event.ts';
import type { StreamEvent } from '../../../../src/core/report/stream/types.ts';
import { addEdit } from '../../../../src/core/restore/edit.ts';
import { digestOf } from '../../../../src/core/seal/seal.ts';
import { withOrigins } from '../../../../src/core/traffic/rule-origins.ts';
import { wholeTransition } from '../../../../src/core/transitions/transitions.ts';
import { printEvent, versionEvent } from '../../../../src/ui/formats/print-event.ts';
import { printGithub } from '../../../../src/ui/formats/print-github.ts';
import { printGithubOutput } from '../../../../src/ui/formats/print-github-output.ts';
import { printGitlab } from '../../../../src/ui/formats/print-gitlab.ts';
import { printJunit } from '../../../../src/ui/formats/print-junit.ts';
import { printLines } from '../../../../src/ui/formats/print-lines.ts';
import { printMarkdown } from '../../../../src/ui/formats/print-markdown.ts';
import { printMetrics } from '../../../../src/ui/formats/print-metrics.ts';
import { printRestore } from '../../../../src/ui/formats/print-restore.ts';
import { printSarif } from '../../../../src/ui/formats/print-sarif.ts';
import { printSummary } from '../../../../src/ui/formats/print-summary.ts';
import { printReceiptText } from '../../../../src/ui/formats/shown/receipt-text.ts';
import { tableOf } from '../../../support/table-of.ts';
import { add, chain, keep, named, plan, remove, step } from '../sample-plan.ts';
import { heldLinesSample } from './held-sample.ts';
import { COMMAND, reportOf, sampleReport } from './sample-report.ts';
import { setStep } from './sample-sets.ts';

const AT = '2026-10-05T14:02:07.000Z';
const JOURNAL = '20261005T140207000Z-812';

const KEPT: NumberedGeneration['generation']['namespaces'] = [
  {
    namespace: named('blue'),
    backend: 'nft',
    owners: ['fw'],
    claims: [
      {
        family: 'ipv4',
        table: 'filter',
        ownership: { kind: 'shared', owner: 'fw', hook: 'first' },
        policies: { INPUT: 'DROP' },
        chains: [
          {
            name: 'fw-INPUT',
            hookInto: 'INPUT',
            rules: [['-p tcp -m tcp --dport 443 -j ACCEPT', 'state/web.yaml:12']],
          },
        ],
      },
    ],
    sets: [
      {
        name: 'fw-mgmt',
        declared: 'mgmt',
        header: 'hash:net family inet maxelem 65536',
        entries: '192.0.2.0/24\n203.0.113.0/24\n',
      },
    ],
  },
];

/** What the evaluation says of the change of `SMALL`. */
function smallTraffic(): readonly Traffic[] {
  const firewall = (text: string): Firewall => {
    return { family: 'ipv4', backend: 'nft', tables: [tableOf('filter', text)], sets: [], settings: {} };
  };
  const established = '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
  const before = firewall(`${established}\n-A INPUT -p tcp -m tcp --dport 8080 -j ACCEPT`);
  const after = firewall(`:INPUT DROP\n${established}\n-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT`);
  const paths = compareTraffic(before, after, { nodes: 100_000 });
  const origin = ({ number }: RulePlace) => (number === undefined ? 'state/base.yaml:3' : undefined);
  return [{ namespaces: ['blue'], paths: paths.map((path) => withOrigins(path, origin)) }];
}

const SMALL = reportOf(
  plan(
    ['blue'],
    [
      {
        ...step('blue', 'ipv4', 'filter', [
          chain(
            'INPUT',
            [
              keep(1, 1, '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
              add(2, '-p tcp -m tcp --dport 443 -j ACCEPT', 'state/web.yaml:12'),
              remove(2, '-p tcp -m tcp --dport 8080 -j ACCEPT', ['1904', '120331']),
            ],
            { policy: { from: 'ACCEPT', to: 'DROP', origin: 'state/base.yaml:3' } },
          ),
        ]),
        edits: [
          [
            { kind: 'policy', chain: 'INPUT', policy: 'DROP', counters: ['0', '0'] },
            { kind: 'delete at', chain: 'INPUT', place: 2 },
            addEdit('INPUT', 2, '-p tcp -m tcp --dport 443 -j ACCEPT', undefined),
          ],
        ],
        reverse: [
          [
            { kind: 'policy', chain: 'INPUT', policy: 'ACCEPT', counters: ['0', '0'] },
            { kind: 'delete at', chain: 'INPUT', place: 2 },
            addEdit('INPUT', 2, '-p tcp -m tcp --dport 8080 -j ACCEPT', ['1904', '120331']),
          ],
        ],
      },
    ],
    [],
    [
      setStep(
        { namespace: 'blue', declared: 'mgmt', change: 'update', added: ['192.0.2.0/24'], removed: ['198.51.100.7'] },
        'state/sets.yaml:9',
      ),
    ],
  ),
  {
    checks: [COMMAND],
    traffic: smallTraffic(),
    declared: KEPT,
    findings: sampleReport().findings.map((finding) => ({
      ...finding,
      families: ['ipv4'] as const,
      evidence: finding.evidence.map((fact) => fact.replace('rule 5', 'rule 2')),
    })),
  },
);

const BEFORE: BeforeFw = {
  version: 1,
  namespaces: [
    {
      namespace: named('blue'),
      tables: [
        {
          backend: 'nft',
          family: 'ipv4',
          table: 'filter',
          at: AT,
          ownership: { kind: 'shared', owners: ['fw'] },
          policies: { INPUT: 'DROP' },
          before: {
            name: 'filter',
            chains: [{ name: 'INPUT', policy: 'ACCEPT', rules: [{ text: '-p tcp -m tcp --dport 22 -j ACCEPT' }] }],
          },
        },
        {
          backend: 'nft',
          family: 'ipv4',
          table: 'nat',
          at: AT,
          ownership: { kind: 'exclusive', keep: ['DOCKER*'] },
          policies: {},
          before: null,
        },
      ],
      sets: [{ name: 'fw-mgmt', at: AT, before: null }],
    },
  ],
};

const WENT_BACK: WentBack = {
  journal: '20261005T150112000Z-977',
  at: '2026-10-05T15:06:12.000Z',
  operator: 'ana',
  state: 'state',
  applied: ['state'],
  summary: { add: 2, change: 0, move: 0, remove: 0, policies: 0, chainsAdded: 0, chainsRemoved: 0 },
  why: 'not confirmed',
  namespaces: 1,
};

const GENERATION: NumberedGeneration = {
  number: 41,
  generation: {
    version: 2,
    at: AT,
    operator: 'ci',
    state: 'state',
    commit: SMALL.commit,
    journal: JOURNAL,
    summary: {
      add: 1,
      change: 0,
      move: 0,
      remove: 1,
      policies: 1,
      chainsAdded: 0,
      chainsRemoved: 0,
      sets: { changed: 1, added: 1, removed: 1 },
    },
    applied: ['edge'],
    states: [
      {
        name: 'edge',
        path: '/srv/edge/state',
        at: AT,
        operator: 'ci',
        commit: SMALL.commit,
        journal: JOURNAL,
        namespaces: KEPT,
      },
    ],
    namespaces: KEPT,
  },
};

const PROOF: Proof = {
  live: tableSteps(SMALL.plan).map(({ digests }) => digests.after),
  checks: [
    {
      name: 'ssh answers',
      probe: 'tcp 192.0.2.1:22',
      from: 'host',
      origin: 'state/checks.yaml:3',
      tries: 1,
      words: 'connected',
    },
  ],
};

const LIVE: readonly ShownTable[] = shownOfGeneration(GENERATION.generation).map((held) => ({
  ...held,
  chains: held.chains.map(({ rules, ...rest }) => ({
    ...rest,
    rules: rules.map(({ text }) => ({ text, counters: ['1904', '120331'] as const })),
  })),
}));

function receipt(): Receipt {
  const content = receiptOf(SMALL, PROOF, {
    journal: JOURNAL,
    at: AT,
    host: 'edge-1',
    operator: 'ci',
    state: 'state',
    states: ['edge'],
    commit: SMALL.commit,
    deadline: '2026-10-05T14:07:07.000Z',
    traffic: SMALL.traffic,
    signer: { principal: 'alice@example.org', key: 'ED25519 SHA256:1H37x9VhtwaGjhN8wW3EOtjWXLeq/vRwNxlcw9iV1qI' },
  });
  const filed = { ...content, generation: 41, confirm: { ...content.confirm, confirmed: true } };
  return { ...filed, digest: digestOf(filed) };
}

const RESULT = {
  exitCode: 0,
  changed: true,
  firewall: 'applied and verified',
  summary: planDocument(SMALL).summary,
  generation: 41,
  transition: wholeTransition(SMALL.transitions) ?? { from: '', to: '' },
} as const;

function stream(): readonly StreamEvent[] {
  const sets = setSteps(SMALL.plan);
  const name = { namespace: named('blue'), family: 'ipv4', table: 'filter' } as const;
  const progress = [
    { kind: 'phase', phase: 'rehearse' },
    ...sets.flatMap((step) => [{ kind: 'step.start', step } as const, { kind: 'step.done', step } as const]),
    { kind: 'step.start', step: name },
    { kind: 'step.done', step: name },
    { kind: 'phase', phase: 'verify' },
  ] as const;
  return [
    versionEvent('0.2.0'),
    ...planEvents(SMALL, 'apply'),
    ...progress.flatMap((one) => progressEvent(one, 0.013) ?? []),
    ...appliedEvents(SMALL.plan, { proof: PROOF }),
    resultEvent(RESULT),
  ];
}

/** Values that have a schema, by the name of the schema; for the stream the lines of a run. */
export function documents(): Readonly<Record<string, readonly unknown[]>> {
  const status = statusDocument({
    holder: undefined,
    pending: [
      {
        run: { id: JOURNAL, operator: 'ci' },
        deadline: '2026-10-05T14:07:07.000Z',
        secondsLeft: 287,
        isWatched: true,
        standing: { kind: 'live', differs: [] },
      },
    ],
    unfinished: [],
    elsewhere: new Map(),
    others: [
      {
        run: { id: '20261005T140000000Z-7', operator: 'root', folder: '/var/lib/other' },
        what: 'it has not ended',
        next: 'Wait.',
      },
    ],
    generation: { number: 41, at: AT, operator: 'ci' },
    wentBack: WENT_BACK,
  });
  return {
    'plan-document': [planDocument(SMALL)],
    generation: [generationDocument(GENERATION)],
    'generation-file': [JSON.parse(printGeneration(GENERATION.generation)) as unknown],
    receipt: [receipt()],
    live: [liveDocument(LIVE, { fwVersion: '0.2.0', created: AT, host: 'edge-1' })],
    drift: [driftDocument({ plan: SMALL.plan, states: ['edge'], gone: [], anew: [] }, GENERATION, [])],
    before: [beforeDocument(BEFORE)],
    status: [status],
    stream: stream().map((event) => JSON.parse(printEvent(event, AT)) as unknown),
  };
}

/** Every sample of docs/formats.md by its name. */
export function pageSamples(): Readonly<Record<string, string>> {
  const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const { stream: lines = [], ...values } = documents();
  const metrics = metricsOf({
    version: '0.2.0',
    generation: { number: 41, at: Date.parse(AT) / 1000 },
    confirmPending: false,
    differences: { ...SMALL.plan, steps: [] },
    foreign: [{ namespace: named('blue'), family: 'ipv4', table: 'nat', chain: 'DOCKER', rules: 9 }],
    apply: { success: true, at: Date.parse(AT) / 1000, seconds: 0.394 },
  });
  return {
    ...Object.fromEntries(Object.entries(values).map(([name, [value]]) => [name, pretty(value)])),
    stream: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    summary: printSummary(SMALL),
    lines: printLines(SMALL),
    markdown: printMarkdown(SMALL, { budget: 60_000 }),
    sarif: pretty(
      (JSON.parse(printSarif(SMALL, { base: '/' })) as { runs: { results: unknown[] }[] }).runs[0]?.results[0],
    ),
    junit: printJunit(SMALL),
    github: printGithub(SMALL),
    gitlab: printGitlab(SMALL),
    restore: printRestore(SMALL),
    'receipt-text': printReceiptText(receipt()),
    'github-output': printGithubOutput(RESULT),
    metrics: printMetrics(metrics),
    ...heldLinesSample(GENERATION),
  };
}
