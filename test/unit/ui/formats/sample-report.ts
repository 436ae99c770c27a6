import { createHash } from 'node:crypto';
import type { PlanClass } from '../../../../src/core/approval/types.ts';
import type { Finding } from '../../../../src/core/guards/finding.ts';
import { inOrder, setSteps, tableSteps } from '../../../../src/core/plan/in-order.ts';
import type { Plan } from '../../../../src/core/plan/types.ts';
import type { PlanReport } from '../../../../src/core/report/types.ts';
import type { SetStep } from '../../../../src/core/sets/ipset/types.ts';
import { transitionsOf } from '../../../../src/core/transitions/transitions.ts';
import { add, chain, named, plan, remove, samplePlan, step } from '../sample-plan.ts';
import { hostileTraffic, sampleTraffic } from '../traffic-sample.ts';
import { hostileSets, sampleSets } from './sample-sets.ts';

/** What an attacker writes into a comment who wants more than to comment. */
export const HOSTILE = [
  '@admin #1 /close **bold** <img src=x onerror=alert(1)> </details> <!-- -->',
  '``` ~~~ ` | \\| [click](http://192.0.2.1) ](x) ]]>',
  '%0A::error::x ::add-mask::22 ##[add-mask]22 "quoted" \'single\' &amp; \t tab',
].join(' ');

/** What only an altered file can hold. */
export const UNPRINTABLE = 'a\n```\n| b\r\u001b[31m\u202e\u2028\ud800\u0000\ufffe';

/** Made as a saved plan is; the digests of its tables are of their names. */
export function reportOf(bare: Plan, more: Partial<PlanReport> = {}): PlanReport {
  const tables = tableSteps(bare).map((one, index) => ({
    ...one,
    digests: { before: digest(`before ${index}`), after: digest(`after ${index}`) },
  }));
  const steps = inOrder(tables, setSteps(bare));
  const whole = { ...bare, steps };
  return {
    fw_version: '0.2.0',
    created: '2026-10-05T14:02:07.000Z',
    expires: '2026-10-06T14:02:07.000Z',
    host: 'edge-1',
    operator: 'ci',
    state: 'state',
    commit: { id: '4f1c2ab7d0c9e8f76a5b4c3d2e1f0a9b8c7d6e5f', dirty: false },
    transitions: transitionsOf(whole),
    plan: whole,
    checks: [
      {
        probe: { kind: 'tcp', host: '192.0.2.1', port: 22 },
        from: { kind: 'host' },
        retries: 1,
        timeoutMs: 500,
        waitMs: 500,
        name: 'ssh answers',
        origin: 'state/checks.yaml:3',
      },
      ...(tables.length === 0 ? [] : [COMMAND]),
    ],
    judge: () => (tables.length === 0 ? null : CLASS),
    findings: [],
    unjudged: ['FWG02', 'FWG05'],
    diagnostics: [],
    ...more,
  };
}

export const COMMAND: PlanReport['checks'][number] = {
  probe: { kind: 'command', words: ['/usr/local/bin/smoke', '--fast', 'two words', ''] },
  from: { kind: 'named', name: 'blue' },
  retries: 0,
  timeoutMs: 5_000,
  waitMs: 1_000,
  origin: 'state/checks.yaml:8',
};

export function sampleReport(): PlanReport {
  return reportOf(withSets(samplePlan(), sampleSets()), {
    traffic: sampleTraffic(),
    findings: [IN_USE],
    diagnostics: [
      {
        severity: 'warning',
        code: 'state.hook-unused',
        summary: 'the chain "web" has no rules',
        detail: 'Remove it, or give it some.',
        range: { filename: 'state/web.yaml', start: { line: 18, column: 5 } },
      },
    ],
  });
}

/** The plan with changes of sets beside those of its tables. */
export function withSets(bare: Plan, sets: readonly SetStep[]): Plan {
  return { ...bare, steps: inOrder(tableSteps(bare), sets) };
}

/** Every text that comes from elsewhere says the same. */
export function hostileReport(text: string): PlanReport {
  const rule = `-p tcp -m comment --comment "${text}" -j ACCEPT`;
  const lines = [
    add(1, rule, `state/${text}.yaml:12`),
    remove(1, rule, ['9', '90']),
    { kind: 'change', from: 2, to: 2, before: rule, text: `${rule} `, counters: ['5', '50'], origin: `${text}:3` },
    { kind: 'move', from: 3, to: 4, text: rule, origin: `${text}:4` },
  ] as const;
  const steps = [step(text, 'ipv4', 'filter', [chain(text, lines, { status: 'new' })], { notes: [text] })];
  const foreign = [{ namespace: named(text), family: 'ipv4', table: 'filter', chain: text, rules: 1 } as const];
  return reportOf(plan([text], steps, foreign, hostileSets(text)), {
    host: text,
    operator: text,
    state: `state/${text}`,
    fw_version: text,
    created: text,
    commit: { id: text, dirty: true },
    transitions: [{ namespace: named(text), from: text, to: text }],
    traffic: hostileTraffic(text),
    checks: [
      { ...COMMAND, probe: { kind: 'command', words: [text, text] }, from: named(text), name: text, origin: text },
      { ...COMMAND, probe: { kind: 'http', url: text }, name: text, origin: `${text}:1` },
      { ...COMMAND, probe: { kind: 'tcp', host: text, port: 22 } },
    ],
    selection: {
      namespaces: [text],
      families: [],
      tables: [],
      targets: [{ namespace: text, table: 'nat' }],
      excluded: [{ namespace: text }],
    },
    declared: [
      {
        namespace: named(text),
        backend: 'nft',
        owners: [text, `${text}2`],
        claims: [
          {
            family: 'ipv4',
            table: 'filter',
            ownership: { kind: 'exclusive', keep: [text] },
            policies: {},
            chains: [{ name: text, rules: [[rule, text]] }],
          },
        ],
        sets: [{ name: text, declared: text, header: text, entries: '' }],
      },
    ],
    findings: [
      { ...IN_USE, namespace: named(text), chain: text, title: `<${text}`, evidence: [text, rule] },
      { ...SET_REMOVED, namespace: named(text), set: text, evidence: [text] },
    ],
    diagnostics: [
      {
        severity: 'warning',
        code: text,
        summary: text,
        detail: text,
        range: { filename: text, start: { line: 1, column: 1 } },
      },
    ],
  });
}

const CLASS: PlanClass = {
  class: 'any',
  counts: { closes: 1, opens: 1, any: 0 },
  over: [
    { address: 'blue/ipv4/filter/INPUT#-2', class: 'closes', why: 'it closes tcp 192.0.2.0/24 -> port 22' },
    { address: 'blue/ipv4/filter/INPUT#policy', class: 'opens', why: 'it opens any any -> any' },
  ],
};

const SET_REMOVED: Finding = {
  id: 'FWG03',
  title: 'more than half of the entries of a set are removed',
  namespace: named('blue'),
  families: ['ipv4'],
  set: 'fw-mgmt',
  evidence: ['5 of 6 entries are removed'],
  flag: '--allow-mass-removal',
};

const IN_USE: Finding = {
  id: 'FWG04',
  title: 'rules that matched packets lately are removed',
  namespace: { kind: 'named', name: 'blue' },
  families: ['ipv4', 'ipv6'],
  table: 'filter',
  chain: 'INPUT',
  evidence: ['1904 packets since it was loaded: INPUT rule 5: -p tcp -m tcp --dport 8080 -j ACCEPT'],
  flag: '--allow-removal-in-use',
};

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
