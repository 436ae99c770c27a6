import { describe, expect, it } from 'vitest';
import type { PlannedTest } from '../../../../src/core/desired/types.ts';
import { judgeTests } from '../../../../src/core/flow-tests/judge-tests.ts';
import type { Prove, TestedFirewall } from '../../../../src/core/flow-tests/types.ts';
import { printFlow } from '../../../../src/core/packets/flow/print-flow.ts';
import type { FlowProof } from '../../../../src/core/packets/types/traffic.ts';
import type { Family } from '../../../../src/core/rules/types.ts';

const POLICY = { table: 'filter', chain: 'INPUT', text: 'DROP' } as const;
const RULE = { table: 'filter', chain: 'INPUT', number: 1, text: '-j ACCEPT' } as const;
const PROVED: FlowProof = { kind: 'proved', by: [RULE] };

const tested = (namespace: string, family: Family, more: Partial<TestedFirewall> = {}): TestedFirewall => ({
  namespace,
  family,
  firewall: { family, backend: 'nft', tables: [], sets: [], settings: {} },
  find: ({ number }) => (number === undefined ? undefined : `a.yaml:${number}`),
  setNames: new Map(),
  ...more,
});
const test = (kind: 'allow' | 'deny' | 'allow-if', flow: string, namespaces = ['host']): PlannedTest => ({
  namespaces: namespaces.map((name) => (name === 'host' ? { kind: 'host' } : { kind: 'named', name })),
  origin: 'a.yaml:9',
  expectations: [{ kind, path: 'INPUT', flow, origin: 'a.yaml:10' }],
});

/** Every proof that is asked for, and what comes of it. */
function judge(
  tests: readonly PlannedTest[],
  firewalls: readonly TestedFirewall[],
  answer: (asked: string) => FlowProof = () => PROVED,
) {
  const asked: string[] = [];
  const prove =
    (kind: string): Prove =>
    ({ family, settings }, path, connections, flow) => {
      const text = [
        kind,
        family,
        path,
        connections,
        printFlow(flow),
        ...(settings.tcpLoose === false ? ['syn'] : []),
      ].join(' ');
      asked.push(text);
      return answer(text);
    };
  const provers = {
    allow: prove('allow'),
    deny: prove('deny'),
    'allow-if': prove('allow-if'),
    arrives: prove('arrives'),
    found: prove('found'),
    unseen: prove('unseen'),
    'unseen answers': prove('unseen answers'),
  };
  return { results: judgeTests(tests, firewalls, { provers, nodes: 1 }), asked };
}

const BOTH = [tested('host', 'ipv4'), tested('host', 'ipv6')];

describe('a test of packets', () => {
  it('is asked of each family that its flow is about, and told once where the same comes of it', () => {
    const { results, asked } = judge([test('deny', 'tcp any -> port 22')], BOTH);
    expect(asked).toEqual([
      'deny ipv4 INPUT new tcp any -> port 22 ipv4',
      'deny ipv6 INPUT new tcp any -> port 22 ipv6',
    ]);
    expect(results).toEqual([
      {
        test: 1,
        kind: 'deny',
        path: 'INPUT',
        flow: 'tcp any -> port 22',
        origin: 'a.yaml:10',
        namespaces: ['host'],
        families: ['ipv4', 'ipv6'],
        result: { kind: 'holds', by: [{ ...RULE, origin: 'a.yaml:1' }] },
      },
    ]);
    expect(judge([test('deny', 'tcp 192.0.2.1 -> port 22')], BOTH).asked).toEqual([
      'deny ipv4 INPUT new tcp 192.0.2.1 -> port 22',
    ]);
  });

  it('allows what begins a connection, and denies what belongs to none', () => {
    const v4 = [tested('host', 'ipv4')];
    expect(judge([test('allow', 'udp 192.0.2.1 -> any')], v4).asked).toEqual([
      'allow ipv4 INPUT new udp 192.0.2.1 -> any state !INVALID syn',
    ]);
    expect(judge([test('deny', 'udp 192.0.2.1 -> any')], v4).asked).toEqual([
      'deny ipv4 INPUT new udp 192.0.2.1 -> any',
    ]);
  });

  it('asks for the connections that its states are of', () => {
    const asked = (states: string) =>
      judge([test('allow', `udp 192.0.2.1 -> any state ${states}`)], [tested('host', 'ipv4')]).asked.map(
        (one) => one.split(' ')[3],
      );
    expect(asked('ESTABLISHED,RELATED')).toEqual(['running']);
    expect(asked('NEW')).toEqual(['new']);
    expect(asked('NEW,ESTABLISHED')).toEqual(['new', 'running']);
    expect(asked('!NEW,INVALID,UNTRACKED')).toEqual(['running']);
  });

  it('shows the packets, the rule and one of them as a command where it fails', () => {
    const proof: FlowProof = {
      kind: 'not-proved',
      flows: [{ protocol: ['tcp'], source: ['10.0.0.0/8'], destinationPorts: ['22'] }],
      more: 2,
      outcome: { verdict: 'accept', by: RULE },
    };
    const { results } = judge([test('deny', 'tcp !192.0.2.1 -> port 22')], [tested('host', 'ipv4')], () => proof);
    expect(results[0]?.result).toEqual({
      kind: 'fails',
      flows: proof.kind === 'not-proved' ? proof.flows : [],
      more: 2,
      outcome: { verdict: 'accept', by: { ...RULE, origin: 'a.yaml:1' } },
      example: ['tcp', '10.0.0.0:40000', '192.0.2.1:22', '--in', 'eth0'],
    });
  });

  it('fails where one of its connections fails, and is not judged where one is not', () => {
    const both = [test('allow', 'udp 192.0.2.1 -> any state NEW,ESTABLISHED')];
    const v4 = [tested('host', 'ipv4')];
    const fails: FlowProof = { kind: 'not-proved', flows: [], more: 1, outcome: { verdict: 'drop', by: POLICY } };
    const open: FlowProof = { kind: 'not-judged', because: 'too large' };
    const of = (asNew: FlowProof, running: FlowProof) =>
      judge(both, v4, (asked) => (asked.includes(' new ') ? asNew : running)).results[0]?.result.kind;
    expect(of(PROVED, fails)).toBe('fails');
    expect(of(open, fails)).toBe('fails');
    expect(of(open, PROVED)).toBe('not-judged');
    expect(of(PROVED, PROVED)).toBe('holds');
  });

  it('is never taken for one that holds where nothing is known', () => {
    const because = (one: readonly PlannedTest[], firewalls: readonly TestedFirewall[], answer?: () => FlowProof) => {
      const result = judge(one, firewalls, answer).results[0]?.result;
      return result?.kind === 'not-judged' ? result.because : result?.kind;
    };
    const one = [test('deny', 'tcp 192.0.2.1 -> port 22')];
    expect(because(one, [])).toBe('nothing is known of the rules of this namespace');
    expect(because(one, [tested('host', 'ipv6')])).toBe('nothing is known of the IPv4 rules of this namespace');
    expect(because(one, [tested('host', 'ipv4', { firewall: { unknown: 'hidden' } })])).toBe('hidden');
    expect(because([test('deny', 'tcp @office -> port 22')], [tested('host', 'ipv4')])).toBe(
      'what is in the set office is not known',
    );
    expect(because([test('deny', 'no flow')], BOTH)).toBe('fw cannot read the flow');
    expect(
      because(one, BOTH, () => {
        throw new Error('a bug');
      }),
    ).toBe('the proof failed: a bug');
  });

  it('names a set as the kernel does', () => {
    const firewall = {
      family: 'ipv4',
      backend: 'nft',
      tables: [],
      settings: {},
      sets: [{ name: 'fw-office', header: 'hash:net family inet', entries: [], changes: false }],
    } as const;
    const { asked } = judge(
      [test('deny', 'tcp @office -> port 22')],
      [tested('host', 'ipv4', { firewall, setNames: new Map([['office', 'fw-office']]) })],
    );
    expect(asked).toEqual(['deny ipv4 INPUT new tcp @fw-office -> port 22 ipv4']);
  });

  it('is proved once for firewalls that are alike, and places rules in each', () => {
    const names = ['a', 'b', 'c'];
    const firewalls = names.map((name) => tested(name, 'ipv4', name === 'c' ? { find: () => 'c.yaml:7' } : {}));
    const { results, asked } = judge([test('allow', 'tcp 192.0.2.1 -> any', names)], firewalls);
    expect(asked).toHaveLength(1);
    expect(
      results.map(({ namespaces, result }) => [namespaces, result.kind === 'holds' && result.by[0]?.origin]),
    ).toEqual([
      [['a', 'b'], 'a.yaml:1'],
      [['c'], 'c.yaml:7'],
    ]);
  });
});
