import { describe, expect, test } from 'vitest';
import { parseFlow } from '../../../../src/core/packets/flow/parse-flow.ts';
import { measureOpened } from '../../../../src/core/packets/traffic/measure-opened.ts';
import {
  proveAllowedIf,
  proveArrives,
  proveDenied,
  proveFlow,
  proveFound,
  proveUnseen,
  proveUnseenAnswers,
} from '../../../../src/core/packets/traffic/prove-flow.ts';
import type { Firewall } from '../../../../src/core/packets/types/firewall.ts';
import type { FlowPattern } from '../../../../src/core/packets/types/flow-pattern.ts';
import type { FlowProof } from '../../../../src/core/packets/types/traffic.ts';
import { firewallOf, printFlow } from '../../../support/traffic.ts';

const NODES = { nodes: 200_000 };
const input = (...rules: readonly string[]) =>
  firewallOf({ filter: `:INPUT DROP\n${rules.map((rule) => `-A INPUT ${rule}`).join('\n')}` });
const SSH = flow('tcp 198.51.100.7 -> 192.0.2.1 port 22');

function flow(text: string): FlowPattern {
  const parsed = parseFlow(text);
  if ('problems' in parsed) throw new Error(text);
  return parsed.flow;
}

function shown(proof: FlowProof): string {
  if (proof.kind === 'proved') {
    return `proved by ${proof.by.map(({ table, chain, number = 'policy' }) => `${table} ${chain} ${number}`).join(', ')}`;
  }
  if (proof.kind === 'not-judged') return `not judged: ${proof.because}`;
  const { verdict, detail, to, by } = proof.outcome;
  const place = `${by.table} ${by.chain} ${by.number ?? 'policy'}`;
  const words = [verdict, ...(detail === undefined ? [] : [detail]), ...(to === undefined ? [] : [`to ${to}`])];
  return `${proof.flows.map(printFlow).join('; ')}${proof.more === 0 ? '' : ` and ${proof.more} more`}: ${words.join(' ')} by ${place}`;
}

describe('whether each packet of a flow passes', () => {
  test('a plain rule is proved, new and running', () => {
    const firewall = input('-m conntrack --ctstate ESTABLISHED -j ACCEPT', '-p tcp -m tcp --dport 22 -j ACCEPT');
    expect(shown(proveFlow(firewall, 'INPUT', 'new', SSH, NODES))).toBe('proved by filter INPUT 2');
    expect(shown(proveFlow(firewall, 'INPUT', 'running', SSH, NODES))).toContain('filter INPUT 1');
  });

  test('a limit as the only ACCEPT is not proved, and some answer lets it pass', () => {
    const firewall = input('-p tcp -m tcp --dport 22 -m limit --limit 3/min -j ACCEPT');
    expect(shown(proveFlow(firewall, 'INPUT', 'new', SSH, NODES))).toBe(
      'tcp 198.51.100.7 -> 192.0.2.1 port 22 where limit 3/min of filter INPUT 1 does not match: drop by filter INPUT policy',
    );
    expect(proveAllowedIf(firewall, 'INPUT', 'new', SSH, NODES).kind).toBe('proved');
    expect(shown(proveDenied(firewall, 'INPUT', 'new', SSH, NODES))).toBe(
      'tcp 198.51.100.7 -> 192.0.2.1 port 22 where limit 3/min of filter INPUT 1 matches: accept by filter INPUT 1',
    );
  });

  test('an interface that the rule asks for has to be named', () => {
    const firewall = input('-i eth0 -p tcp -m tcp --dport 22 -j ACCEPT');
    expect(shown(proveFlow(firewall, 'INPUT', 'new', SSH, NODES))).toBe(
      'tcp in !eth0 198.51.100.7 -> 192.0.2.1 port 22: drop by filter INPUT policy',
    );
    const named = flow('tcp 198.51.100.7 -> 192.0.2.1 port 22 in eth0');
    expect(proveFlow(firewall, 'INPUT', 'new', named, NODES).kind).toBe('proved');
  });

  test('a part of a flow that is denied fails deny', () => {
    const firewall = input('-s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j ACCEPT', '-s 10.0.0.0/8 -j ACCEPT');
    const others = flow('tcp !198.51.100.0/24 -> port 22');
    expect(shown(proveDenied(firewall, 'INPUT', 'new', others, NODES))).toBe(
      'tcp 10.0.0.0/8 -> any port 22: accept by filter INPUT 2',
    );
  });

  test('a connection that conntrack did not see begin is INVALID without tcp_loose', () => {
    const firewall = input('-m conntrack --ctstate INVALID -j DROP', '-j ACCEPT');
    const strict = { ...firewall, settings: { tcpLoose: false } };
    const loose = { ...firewall, settings: { tcpLoose: true } };
    expect(proveUnseen(loose, 'INPUT', 'running', SSH, NODES).kind).toBe('proved');
    expect(shown(proveUnseen(strict, 'INPUT', 'running', SSH, NODES))).toContain('drop by filter INPUT 1');
    expect(shown(proveUnseen({ ...firewall, settings: {} }, 'INPUT', 'running', SSH, NODES))).toContain('INVALID');
    const synOnly = input(
      '-m conntrack --ctstate ESTABLISHED -j ACCEPT',
      '-p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT',
    );
    const runs = { ...synOnly, settings: { tcpLoose: true } };
    expect(proveUnseen(runs, 'INPUT', 'running', SSH, NODES).kind).toBe('not-proved');
    expect(proveUnseen(runs, 'INPUT', 'running', flow('udp any -> port 53'), NODES)).toEqual({
      kind: 'proved',
      by: [],
    });
  });

  test('answers that conntrack did not see before may be dropped as new, but not be translated', () => {
    const answers = flow('tcp 192.0.2.1 -> 198.51.100.7');
    const nat = (target: string) => firewallOf({ nat: `-A POSTROUTING -p tcp -j ${target}` });
    const ask = (firewall: Firewall, path: 'OUTPUT' | 'FORWARD' = 'OUTPUT') =>
      proveUnseenAnswers(firewall, path, 'running', answers, NODES);
    expect(ask(firewallOf({})).kind).toBe('proved');
    expect(ask(firewallOf({ filter: '-A OUTPUT -m conntrack --ctstate NEW -j DROP' })).kind).toBe('proved');
    expect(ask(nat('SNAT --to-source 192.0.2.9'))).toMatchObject({
      kind: 'not-proved',
      outcome: { from: '192.0.2.9' },
    });
    expect(ask(nat('MASQUERADE')).kind).toBe('proved');
    expect(ask(nat('MASQUERADE'), 'FORWARD').kind).toBe('not-proved');
  });

  test('a packet whose hops or segments are cut does not arrive', () => {
    const answers = flow('tcp 192.0.2.1 -> 198.51.100.7 state ESTABLISHED');
    const ask = (target: string) =>
      proveArrives(firewallOf({ mangle: `-A POSTROUTING -p tcp -j ${target}` }), 'OUTPUT', 'running', answers, NODES);
    expect(ask('TTL --ttl-set 1')).toMatchObject({
      kind: 'not-proved',
      outcome: { verdict: 'accept', detail: 'TTL --ttl-set 1' },
    });
    expect(ask('TTL --ttl-set 128').kind).toBe('proved');
    expect(ask('TTL --ttl-inc 1').kind).toBe('proved');
    expect(ask('TCPMSS --set-mss 40').kind).toBe('not-proved');
  });

  test('a neighbour takes messages with a hop limit of 255 only', () => {
    const asked = flow('icmpv6 fe80::1 -> any type neighbour-solicitation state UNTRACKED');
    const ask = (target: string) =>
      proveFound(
        firewallOf({ mangle: `-A POSTROUTING -p ipv6-icmp -j ${target}` }, 'ipv6'),
        'OUTPUT',
        'new',
        asked,
        NODES,
      );
    expect(ask('HL --hl-set 64').kind).toBe('not-proved');
    expect(ask('HL --hl-set 255').kind).toBe('proved');
  });

  test('ends at its limit of nodes', () => {
    const firewall = input(
      ...Array.from({ length: 200 }, (_, at) => `-s 10.${at}.0.0/16 -d 10.0.${at}.0/24 -j ACCEPT`),
    );
    expect(proveFlow(firewall, 'INPUT', 'new', flow('tcp any -> any'), { nodes: 500 })).toEqual({
      kind: 'not-judged',
      because: 'it takes more than 500 nodes',
    });
  });
});

describe('how much a change opens', () => {
  const opened = (...rules: readonly string[]) => {
    const found = measureOpened(input(), input(...rules), NODES);
    if (found.kind !== 'measured') throw new Error(found.because);
    return found.shares.filter(({ protocol }) => protocol === 6);
  };

  test('a port is all sources and one port, the rest of a /8 a small part and all ports', () => {
    expect(opened('-p tcp -m tcp --dport 443 -j ACCEPT')).toEqual([
      { path: 'INPUT', protocol: 6, sources: 1, ports: 1 },
    ]);
    const [share] = opened('-s 10.0.0.0/8 -p tcp -j ACCEPT');
    expect(share?.ports).toBe(65536);
    expect(share?.sources).toBeCloseTo(1 / 222, 5);
  });

  test('two halves are the whole', () => {
    expect(opened('-s 0.0.0.0/1 -j ACCEPT', '-s 128.0.0.0/1 -j ACCEPT')).toEqual([
      { path: 'INPUT', protocol: 6, sources: 1, ports: 65536 },
    ]);
  });

  test('loopback does not count', () => {
    expect(opened('-i lo -j ACCEPT')).toEqual([]);
  });
});
