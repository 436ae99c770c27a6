import { expect, test } from 'vitest';
import { checkGuards } from '../../src/core/guards/check-guards.ts';
import { parseFlow } from '../../src/core/packets/flow/parse-flow.ts';
import { pristine } from '../../src/core/packets/follow.ts';
import { type Followed, followSession } from '../../src/core/packets/follow-session.ts';
import { proveDenied, proveFlow } from '../../src/core/packets/traffic/prove-flow.ts';
import type { Firewall } from '../../src/core/packets/types/firewall.ts';
import type { FlowPattern } from '../../src/core/packets/types/flow-pattern.ts';
import type { Connections, Path } from '../../src/core/packets/types/traffic.ts';
import { TABLES } from '../../src/core/rules/builtin.ts';
import type { Family } from '../../src/core/rules/types.ts';
import { guardedPlan } from '../support/guarded-plan.ts';
import {
  changedTexts,
  narrowlyChangedTexts,
  printedTexts,
  type RandomTexts,
  randomTexts,
} from '../support/random-firewall.ts';
import { firewallOf } from '../support/traffic.ts';

/** By hand: FW_FUZZ=500 for as many rulesets. */
const RULESETS = Number(process.env.FW_FUZZ ?? 8);
const NODES = { nodes: 500_000 } as const;

const ENDS = {
  ipv4: { client: '10.1.2.3', server: '10.0.0.5' },
  ipv6: { client: '2001:db8::a01:203', server: '2001:db8::a00:5' },
} as const;

/** Packets of the session as FWG02 calls them, and as flows. */
const KINDS = [
  { name: 'a new connection', path: 'INPUT', connections: 'new', flow: 'state NEW' },
  { name: 'the running connection', path: 'INPUT', connections: 'running', flow: 'state ESTABLISHED' },
  { name: 'the answers', path: 'OUTPUT', connections: 'running', flow: 'state ESTABLISHED' },
] as const satisfies readonly {
  readonly name: string;
  readonly path: Path;
  readonly connections: Connections;
  readonly flow: string;
}[];

const sshOf = (family: Family) => ({
  clientAddress: ENDS[family].client,
  clientPort: 40_000,
  serverAddress: ENDS[family].server,
  serverPort: 22,
});

function flowOf(family: Family, { path, flow }: (typeof KINDS)[number]): FlowPattern {
  const { client, server } = ENDS[family];
  const text =
    path === 'INPUT'
      ? `tcp ${client} port 40000 -> ${server} port 22 in !lo ${flow}`
      : `tcp ${server} port 22 -> ${client} port 40000 out !lo ${flow}`;
  const parsed = parseFlow(text);
  if (!('flow' in parsed)) throw new Error(`${text}: ${JSON.stringify(parsed)}`);
  return parsed.flow;
}

/** Numbers that look random and are the same in each run. */
function numbers(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** A flow cannot name flags of TCP, which the packets of the session have: rules that ask for them are left out. */
function withoutFlags(texts: RandomTexts): RandomTexts {
  return Object.fromEntries(
    Object.entries(texts).map(([table, chains]) => [
      table,
      Object.fromEntries(
        Object.entries(chains).map(([name, chain]) => [
          name,
          { ...chain, rules: chain.rules.filter((rule) => !rule.includes('--tcp-flags')) },
        ]),
      ),
    ]),
  );
}

/** A SYN begins a connection, and nothing else: the guard asks for one. */
function asked(firewall: Firewall): Firewall {
  return { ...firewall, settings: { ...firewall.settings, tcpLoose: false } };
}

function verdictOf(followed: readonly Followed[]): 'accept' | 'drop' | 'unknown' {
  const verdicts = followed.map(({ stops }) => {
    const ending = stops.find(({ evaluation }) => evaluation.verdict !== 'accept');
    return ending?.evaluation.verdict ?? 'accept';
  });
  const [first = 'unknown'] = new Set(verdicts).size === 1 ? verdicts : [];
  return first;
}

function followedThrough(firewall: Firewall): readonly Followed[] {
  const tables = new Map(TABLES.map((name) => [name, pristine(name)] as const));
  for (const table of firewall.tables) tables.set(table.name, table);
  const rules = { backend: firewall.backend, tables, known: new Map(), done: new Map() };
  return followSession(rules, sshOf(firewall.family), { settings: { tcpLoose: true }, isKnown: true }) ?? [];
}

/** Where the diagrams do not know what becomes of a packet, as behind `SET --map-mark`, they say nothing about it. */
function proofOf(firewall: Firewall, kind: (typeof KINDS)[number]): 'proved' | 'denied' | 'neither' | undefined {
  const flow = flowOf(firewall.family, kind);
  const proof = proveFlow(firewall, kind.path, kind.connections, flow, NODES);
  if (proof.kind === 'proved') return 'proved';
  if (proof.kind === 'not-judged' || proof.outcome.verdict === 'unknown') return undefined;
  const denied = proveDenied(firewall, kind.path, kind.connections, flow, NODES);
  return denied.kind === 'proved' ? 'denied' : 'neither';
}

const SEEDS = Array.from({ length: RULESETS }, (_, at) => at + 1);

test('what follows the SSH session packet by packet agrees with the proof of all packets of a flow', () => {
  const agreed = { accept: 0, drop: 0 };
  for (const seed of SEEDS) {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const random = numbers(seed * 97 + (family === 'ipv4' ? 0 : 13));
      const firewall = asked(firewallOf(printedTexts(withoutFlags(randomTexts(random, family))), family));
      const followed = followedThrough(firewall);
      for (const kind of KINDS) {
        const verdict = verdictOf(followed.filter(({ name }) => name === kind.name));
        const proof = proofOf(firewall, kind);
        if (verdict === 'unknown' || proof === undefined) continue;
        agreed[verdict] += 1;
        const told = `seed ${seed}, ${family}, ${kind.name}\n${JSON.stringify(firewall.tables)}`;
        expect(proof, told).toBe(verdict === 'accept' ? 'proved' : 'denied');
      }
    }
  }
  expect(agreed.accept).toBeGreaterThan(RULESETS);
  expect(agreed.drop).toBeGreaterThan(RULESETS / 4);
});

test('where FWG02 is open, what was proved to pass before passes afterwards', () => {
  let open = 0;
  for (const seed of SEEDS) {
    for (const family of ['ipv4', 'ipv6'] as const) {
      const random = numbers(seed * 89 + (family === 'ipv4' ? 5 : 17));
      const texts = withoutFlags(randomTexts(random, family));
      const change = seed % 2 === 0 ? narrowlyChangedTexts : changedTexts;
      const before = printedTexts(texts);
      const after = printedTexts(withoutFlags(change(random, texts, family)));
      const edits = TABLES.map((table) => ({ family, table, before: before[table] ?? '', after: after[table] ?? '' }));
      const findings = checkGuards(guardedPlan(edits), {
        emptyDesired: [],
        ssh: sshOf(family),
        settings: { tcpLoose: true },
      });
      if (findings.some(({ id }) => id === 'FWG02')) continue;
      const [was, is] = [asked(firewallOf(before, family)), asked(firewallOf(after, family))];
      for (const kind of KINDS) {
        if (proofOf(was, kind) !== 'proved') continue;
        open += 1;
        const told = `seed ${seed}, ${family}, ${kind.name}\n${JSON.stringify([before, after], null, 1)}`;
        expect(['proved', undefined], told).toContain(proofOf(is, kind));
      }
    }
  }
  expect(open).toBeGreaterThan(RULESETS);
});
