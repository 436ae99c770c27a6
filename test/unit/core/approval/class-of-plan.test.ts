import { describe, expect, test } from 'vitest';
import { isWithin, overLimit } from '../../../../src/core/approval/approval-of.ts';
import { classOfPlan } from '../../../../src/core/approval/class-of-plan.ts';
import type { PlanClass } from '../../../../src/core/approval/types.ts';
import { parseFlow } from '../../../../src/core/packets/flow/parse-flow.ts';
import { compareTraffic } from '../../../../src/core/packets/traffic/compare-traffic.ts';
import { inOrder, tableSteps } from '../../../../src/core/plan/in-order.ts';
import type { Plan } from '../../../../src/core/plan/types.ts';
import type { SetStep } from '../../../../src/core/sets/ipset/types.ts';
import type { LiveNamespace } from '../../../../src/core/traffic/live-namespace.ts';
import { areOpeningsInside } from '../../../../src/core/traffic/openings-inside.ts';
import { trafficOfPlan } from '../../../../src/core/traffic/traffic-of-plan.ts';
import { type Edit, guardedPlan, liveOf } from '../../../support/guarded-plan.ts';

const BASE = `
  :INPUT DROP
  :web -
  -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
  -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
  -A INPUT -p tcp -m tcp --dport 25 -j DROP
  -A INPUT -s 10.0.0.0/8 -j web
  -A web -p tcp -m tcp --dport 80 -j ACCEPT
`;
const NODES = 200_000;

function judge(
  plan: Plan,
  live: readonly LiveNamespace[],
  nodes = NODES,
  checks: Parameters<typeof classOfPlan>[1] = [],
) {
  return classOfPlan(plan, checks, trafficOfPlan(plan, { live, compare: compareTraffic, nodes }));
}

function classOf(edits: readonly Edit[]): PlanClass {
  const found = judge(guardedPlan(edits), liveOf(edits));
  if (found === undefined) throw new Error('nothing changes');
  return found;
}

/** The class of a change of BASE, made by replacing text. */
function change(from: string | RegExp, to: string, more: Partial<Edit> = {}): PlanClass {
  const after = BASE.replace(from, to);
  expect(after).not.toBe(BASE);
  return classOf([{ before: BASE, after, ...more }]);
}

const END = /\s*$/;
const append = (rule: string) => change(END, `\n  ${rule}\n`);

describe('no-effect', () => {
  test.each<[name: string, from: string | RegExp, to: string]>([
    ['a comment', '--dport 25 -j DROP', '--dport 25 -m comment --comment "no mail" -j DROP'],
    ['a rule that only logs', END, '\n  -A INPUT -p udp -j LOG --log-prefix "udp "\n'],
    ['what the policy does anyway', END, '\n  -A INPUT -p udp -j DROP\n'],
    ['a rule that another one covers', END, '\n  -A INPUT -s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT\n'],
    ['a port written otherwise', '-p tcp -m tcp --dport 22', '-p tcp -m multiport --dports 22'],
    ['a chain that nothing jumps to', END, '\n  -A unused -j ACCEPT\n'],
  ])('is %s', (_, from, to) => {
    expect(change(from, to)).toEqual({ class: 'no-effect', counts: { any: 0, closes: 0, opens: 0 }, over: [] });
  });
});

describe('closes', () => {
  test.each<[name: string, from: string | RegExp, to: string]>([
    ['a rule that accepts and goes', '-A web -p tcp -m tcp --dport 80 -j ACCEPT', ''],
    [
      'a drop in front',
      '-A INPUT -p tcp -m tcp --dport 22',
      '-A INPUT -s 192.0.2.1/32 -p tcp -j DROP\n  -A INPUT -p tcp -m tcp --dport 22',
    ],
    ['a network that becomes smaller', '-s 10.0.0.0/8', '-s 10.0.0.0/16'],
  ])('is %s', (_, from, to) => {
    expect(change(from, to).class).toBe('closes');
  });

  test('says what, and by which rule', () => {
    expect(change('-A web -p tcp -m tcp --dport 80 -j ACCEPT', '').over).toContainEqual({
      address: 'host/ipv4/filter/web#-1',
      class: 'closes',
      why: 'it closes tcp 10.0.0.0/8 -> port 80',
    });
  });
});

describe('opens', () => {
  test.each<[name: string, from: string | RegExp, to: string]>([
    ['a port', END, '\n  -A INPUT -p tcp -m tcp --dport 443 -j ACCEPT\n'],
    ['an ACCEPT of everything in front', '-A INPUT -m conn', '-A INPUT -j ACCEPT\n  -A INPUT -m conn'],
    [
      'a rule that drops and goes, in front of one that accepts',
      '-A INPUT -p tcp -m tcp --dport 25 -j DROP',
      '-A INPUT -p tcp -m tcp --dport 25 -j ACCEPT',
    ],
    ['a policy', ':INPUT DROP', ':INPUT ACCEPT'],
  ])('is %s', (_, from, to) => {
    expect(change(from, to).class).toBe('opens');
  });

  test('is a port that is forwarded anew, with what is RELATED and goes elsewhere then', () => {
    const rules = '-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
    const before = `:INPUT DROP\n:FORWARD DROP\n${rules}`;
    const nat = '-A PREROUTING -d 203.0.113.9/32 -j DNAT --to-destination 10.0.0.9';
    const forwarded =
      '-A PREROUTING -d 203.0.113.5/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5:8443';
    const found = classOf([
      { before, after: `${before}\n-A FORWARD -d 10.0.0.5/32 -p tcp -m tcp --dport 8443 -j ACCEPT` },
      { table: 'nat', before: nat, after: `${nat}\n${forwarded}` },
    ]);
    expect(found.class).toBe('opens');
    expect(found.over).toContainEqual({
      address: 'host/ipv4/nat/PREROUTING#2',
      class: 'opens',
      why: 'it sends elsewhere tcp any -> 203.0.113.5 port 443 of running connections',
    });
  });

  test('is a port beside a log with a limit, which stays', () => {
    const before = `${BASE}-A INPUT -m limit --limit 5/min -j LOG\n`;
    const after = `${before}-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT`;
    expect(classOf([{ before, after }]).class).toBe('opens');
  });
});

describe('any', () => {
  test.each<[name: string, edits: readonly Edit[]]>([
    ['what opens and closes', [{ before: BASE, after: BASE.replace('--dport 22', '--dport 23') }]],
    ['a mark', [{ table: 'mangle', before: '', after: '-A PREROUTING -p tcp -j MARK --set-xmark 0x1/0xffffffff' }]],
    ['a TTL', [{ table: 'mangle', before: '', after: '-A POSTROUTING -j TTL --ttl-set 64' }]],
    [
      'another target of DNAT',
      [
        {
          table: 'nat',
          before: '-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.1',
          after: '-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.2',
        },
      ],
    ],
    [
      'a rate',
      [{ before: '-A INPUT -m limit --limit 5/sec -j ACCEPT', after: '-A INPUT -m limit --limit 6/sec -j ACCEPT' }],
    ],
    [
      'an opening in front of a rule that remembers packets',
      [
        {
          before: ':INPUT DROP\n-A INPUT -m limit --limit 5/sec -j ACCEPT',
          after: ':INPUT DROP\n-A INPUT -p udp -j ACCEPT\n-A INPUT -m limit --limit 5/sec -j ACCEPT',
        },
      ],
    ],
    [
      'a log with a limit of its own, which is a rate',
      [{ before: BASE, after: `${BASE}-A INPUT -m limit --limit 5/min -j LOG` }],
    ],
    ['a set that is filled', [{ before: '', after: '-A INPUT -p tcp -j SET --add-set seen src' }]],
    ['a queue', [{ before: '', after: '-A INPUT -p tcp -j NFQUEUE --queue-num 1' }]],
    ['the first rule that asks conntrack', [{ before: '', after: '-A INPUT -m conntrack --ctstate NEW -j LOG' }]],
    ['the first table nat', [{ table: 'nat', after: '' }]],
    [
      'REJECT for DROP',
      [{ before: BASE, after: BASE.replace('--dport 25 -j DROP', '--dport 25 -j REJECT --reject-with tcp-reset') }],
    ],
  ])('is %s', (_, edits) => {
    expect(classOf(edits).class).toBe('any');
  });

  test('is what is not compared to its end, and what is not known', () => {
    const edit = { before: BASE, after: `${BASE}-A INPUT -p udp -m udp --dport 53 -j ACCEPT` };
    expect(judge(guardedPlan([edit]), liveOf([edit]))?.class).toBe('opens');
    expect(judge(guardedPlan([edit]), liveOf([edit]), 1)?.over[0]?.why).toContain('is not told exactly within 1 nodes');
    expect(judge(guardedPlan([edit]), [])?.over[0]?.why).toContain('it is not judged, because');
    expect(classOfPlan(guardedPlan([edit]), [], [])).toMatchObject({
      class: 'any',
      over: [{ address: 'host/ipv4/filter', why: 'what it does to packets is not judged' }],
    });
  });

  test('is every change of a legacy table with rules that remember packets, since it is loaded anew', () => {
    const before = `${BASE}-A INPUT -m limit --limit 5/sec -j ACCEPT`;
    const edit = { before, after: `${before}\n-A web -j LOG` };
    const plan = guardedPlan([edit]);
    const steps = tableSteps(plan).map((step) => ({ ...step, backend: 'legacy' as const }));
    const live = liveOf([edit]).map((one) => ({ ...one, backend: 'legacy' as const }));
    expect(judge({ ...plan, steps }, live)?.over[0]?.why).toContain('loaded anew');
  });

  test('is a command among the checks: it runs as root; other checks make none larger', () => {
    const edit = { before: BASE, after: `${BASE}-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT` };
    const tcp = { probe: { kind: 'tcp', host: '192.0.2.1', port: 22 } } as const;
    const command = { probe: { kind: 'command', words: ['/usr/bin/smoke', 'a b'] } } as const;
    expect(judge(guardedPlan([edit]), liveOf([edit]), NODES, [tcp])?.class).toBe('opens');
    expect(judge(guardedPlan([edit]), liveOf([edit]), NODES, [tcp, command])).toMatchObject({
      class: 'any',
      over: [
        { address: "check /usr/bin/smoke 'a b'", class: 'any', why: 'it runs a program as root' },
        { class: 'opens' },
      ],
    });
  });
});

test('a set that no rule asks has no effect when it changes', () => {
  expect(
    judge({ ...guardedPlan([]), steps: inOrder([], [setStep()]) }, liveOf([{ before: BASE, after: BASE }]))?.class,
  ).toBe('no-effect');
});

test('a plan without changes has no class', () => {
  expect(classOfPlan({ steps: [] }, [], [])).toBeUndefined();
  expect(classOfPlan({ steps: [] }, [{ probe: { kind: 'command', words: ['/bin/true'] } }], [])).toBeUndefined();
});

describe('what a limit approves', () => {
  const none = change('--dport 25 -j DROP', '--dport 25 -m comment --comment "no mail" -j DROP');
  const closing = change('-A web -p tcp -m tcp --dport 80 -j ACCEPT', '');
  const opening = append('-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT');
  const both = change('--dport 22', '--dport 23');

  test.each([
    ['no-effect', false, [true, false, false, false]],
    ['closes', false, [true, true, false, false]],
    ['no-effect', true, [true, false, true, false]],
    ['closes', true, [true, true, true, true]],
  ] as const)('%s, openings named: %s', (limit, areOpeningsNamed, expected) => {
    expect([none, closing, opening, both].map((found) => isWithin(found, { limit, areOpeningsNamed }))).toEqual(
      expected,
    );
  });

  test('an error names what is over it', () => {
    const error = overLimit(both, { limit: 'closes', areOpeningsNamed: false });
    expect(error).toMatchObject({ code: 'apply.over-limit', exit: 6, firewall: 'unchanged' });
    expect(error.output).toContain('host/ipv4/filter/INPUT#2 (opens): it opens tcp');
    expect(error.output).not.toContain('(closes)');
  });
});

describe('openings inside named flows', () => {
  test.each<[rule: string, flow: string, isInside: boolean]>([
    ['-p tcp -m tcp --dport 443', 'tcp any -> port 443', true],
    ['-p tcp -m tcp --dport 443', 'tcp any -> port 80,443', true],
    ['-s 203.0.113.7/32 -p tcp -m tcp --dport 443', 'tcp 203.0.113.0/24 -> port 443', true],
    ['-p tcp -m tcp --dport 443', 'tcp 203.0.113.0/24 -> port 443', false],
    ['-p tcp -m tcp --dport 442:443', 'tcp any -> port 443', false],
    ['-p udp -m udp --dport 443', 'tcp any -> port 443', false],
    ['-p tcp -m tcp --dport 443', 'tcp any -> port 443 through host', false],
    ['-p tcp -m tcp --dport 443', 'tcp any -> port 443 ipv6', false],
  ])('%s in %s: %s', (rule, text, isInside) => {
    const edits = [{ before: BASE, after: `${BASE}-A INPUT ${rule} -j ACCEPT` }];
    const read = parseFlow(text);
    if (!('flow' in read)) throw new Error(JSON.stringify(read.problems));
    expect(areOpeningsInside(guardedPlan(edits), liveOf(edits), [read.flow], NODES)).toBe(isInside);
    expect(areOpeningsInside(guardedPlan(edits), liveOf(edits), [read.flow], 1)).toBe(false);
    expect(areOpeningsInside(guardedPlan(edits), [], [read.flow], NODES)).toBe(false);
    expect(areOpeningsInside(guardedPlan(edits), liveOf(edits), [], NODES)).toBe(false);
  });

  test('several flows together', () => {
    const edits = [{ before: BASE, after: `${BASE}-A INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT` }];
    const flows = ['tcp any -> port 80', 'tcp any -> port 443'].flatMap((text) => {
      const read = parseFlow(text);
      return 'flow' in read ? [read.flow] : [];
    });
    expect(areOpeningsInside(guardedPlan(edits), liveOf(edits), flows, NODES)).toBe(true);
    expect(areOpeningsInside(guardedPlan(edits), liveOf(edits), flows.slice(1), NODES)).toBe(false);
  });
});

/** A change of a set, shaped as the planner makes it. */
function setStep(): SetStep {
  return {
    namespace: { kind: 'host' },
    set: 'fw-mgmt',
    change: 'update',
    headers: { before: 'hash:net family inet', after: 'hash:net family inet' },
    edits: [],
    reverse: [],
    digests: { before: '', after: '' },
    entries: { before: 0, after: 0, added: 0, removed: 0, examples: { added: [], removed: [] } },
    notes: [],
  } as unknown as SetStep;
}
