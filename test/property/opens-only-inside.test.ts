import { describe, expect, test } from 'vitest';
import { parseFlow } from '../../src/core/packets/flow/parse-flow.ts';
import { makeTracer } from '../../src/core/packets/trace/trace-packet.ts';
import type { Trace, TracedPacket } from '../../src/core/packets/trace/types.ts';
import { opensOnlyInside } from '../../src/core/packets/traffic/opens-only-inside.ts';
import type { RulePlace } from '../../src/core/packets/types/traffic.ts';
import { printedTexts, type RandomTexts, randomTexts } from '../support/random-firewall.ts';
import { firewallOf } from '../support/traffic.ts';

/** By hand: FW_FUZZ=200 for as many rulesets, FW_FUZZ_FROM for others. */
const RULESETS = Number(process.env.FW_FUZZ ?? 40);
const FIRST = Number(process.env.FW_FUZZ_FROM ?? 1);
const FLOW = 'tcp 10.0.0.0/8 -> any port 8080';
const INSIDE = '-s 10.0.0.0/8 -p tcp -m tcp --dport 8080';

type Random = (below: number) => number;

/** Numbers that look random and are the same in each run. */
function numbers(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) % below;
  };
}

/** Most of it lets little pass, so that there is something to open. */
function closed(random: Random, texts: RandomTexts): RandomTexts {
  const filter = Object.entries(texts.filter ?? {}).map(([name, { policy, rules }]) => {
    const kept = rules.filter((rule) => !rule.endsWith('-j ACCEPT') || random(3) === 0);
    return [name, { ...(policy === undefined ? {} : { policy: 'DROP' }), rules: kept }] as const;
  });
  const { raw: _, nat = {}, mangle = {}, ...others } = texts;
  return {
    ...others,
    ...(random(2) === 0 ? { nat } : { nat: bare(nat) }),
    ...(random(2) === 0 ? { mangle } : { mangle: bare(mangle) }),
    filter: Object.fromEntries(filter),
  };
}

function bare(chains: RandomTexts[string]): RandomTexts[string] {
  const called = (name: string, rules: readonly string[]) => (/^[ab]$/.test(name) ? [...rules] : []);
  return Object.fromEntries(
    Object.entries(chains).map(([name, chain]) => [name, { ...chain, rules: called(name, chain.rules) }]),
  );
}

/** New rules, most of which name the flow: they let its packets pass, or translate, mark or lead them elsewhere. Each bears a name by which a trace shows it. */
function opened(random: Random, texts: RandomTexts): RandomTexts {
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item;
  const changed = structuredClone(texts);
  const put = (table: string, chain: string, target: string, matches = INSIDE) => {
    const rules = changed[table]?.[chain]?.rules;
    const name = '-m comment --comment new';
    rules?.splice(random(3) === 0 ? random(rules.length + 1) : 0, 0, `${matches} ${name} -j ${target}`);
  };
  const matches =
    random(4) === 0 ? pick(['-p tcp -m tcp --dport 8080', '-p tcp -m tcp ! --sport 22 ! --dport 80']) : INSIDE;
  put('filter', pick(['INPUT', 'FORWARD']), pick(['ACCEPT', 'ACCEPT', 'a', 'b', 'RETURN']), matches);
  const kind = random(6);
  if (kind === 0)
    put(
      'nat',
      'PREROUTING',
      pick([
        'REDIRECT --to-ports 22',
        'DNAT --to-destination 10.0.0.5:22',
        'DNAT --to-destination 10.0.0.6:8080',
        'a',
        'b',
      ]),
      pick([INSIDE, '-s 10.0.0.0/8 -p tcp -m tcp --dport 80']),
    );
  if (kind === 1) put('mangle', pick(['PREROUTING', 'INPUT']), pick(['MARK --set-xmark 0x1/0xffffffff', 'a', 'b']));
  if (kind === 2) put('mangle', 'PREROUTING', pick(['SET --map-set marks src --map-mark', 'CONNMARK --save-mark']));
  if (kind === 3) put('nat', 'POSTROUTING', 'SNAT --to-source 10.0.0.6');
  return changed;
}

function randomPacket(random: Random): TracedPacket {
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item;
  const path = pick(['INPUT', 'FORWARD'] as const);
  const high = pick([10n, 10n, 10n, 192n]);
  return {
    path,
    protocol: pick([6, 6, 6, 17]),
    source: (high << 24n) | BigInt(pick([1, 5, 6, 0x10203, 0x10001])),
    destination: (10n << 24n) | BigInt(pick([1, 5, 6, 0x10203])),
    sourcePort: pick([22, 40000]),
    destinationPort: pick([8080, 8080, 8080, 22, 80]),
    tcpFlags: 2,
    mac: 0n,
    links: { input: pick(['eth0', 'vlan10']), ...(path === 'FORWARD' ? { output: 'eth1' } : {}) },
    state: 'NEW',
    mark: 0n,
  };
}

const isInFlow = ({ protocol, source, destinationPort }: TracedPacket) =>
  protocol === 6 && source >> 24n === 10n && destinationPort === 8080;

const isNew = ({ text }: RulePlace) => text.includes('--comment new');

/** Whether a new rule does more to a packet than to let it pass, or to send it on. */
function isWritten({ steps }: Trace): boolean {
  return steps.some(
    (step) => step.kind === 'rule' && isNew(step.place) && step.changes.some(({ what }) => what !== 'destination'),
  );
}

/** The packet as it comes, and as nat sends it on. What a new rule sends on has to be of the flow then. */
function isNamed(packet: TracedPacket, { steps }: Trace): boolean {
  const sent = steps.findLast(
    (step) => step.kind === 'rule' && step.changes.some(({ what }) => what === 'destination'),
  );
  if (sent?.kind !== 'rule') return isInFlow(packet);
  const to = sent.changes.findLast(({ what }) => what === 'destination')?.to ?? '';
  const [, port = String(packet.destinationPort)] = /:(\d+)$/.exec(to) ?? [];
  const behind = isInFlow({ ...packet, destinationPort: Number(port) });
  return behind || (!isAnew(steps) && isInFlow(packet));
}

/** Whether a new rule, or what it calls, sends packets on. */
function isAnew(steps: Trace['steps']): boolean {
  return steps.some((step) => step.kind === 'rule' && isNew(step.place) && step.place.table === 'nat');
}

function passes({ end }: Trace): boolean | undefined {
  return end.kind === 'verdict' ? end.outcome.verdict === 'accept' : undefined;
}

describe('what is proved to open only inside a flow, against single packets', () => {
  const met = { proved: 0, opened: 0 };

  test('each packet that new rules let pass is of the flow, and goes on as it came', () => {
    for (let seed = FIRST; seed < FIRST + RULESETS; seed += 1) {
      const random = numbers(seed * 43);
      const before = closed(random, randomTexts(random, 'ipv4'));
      const after = opened(random, before);
      const [was, will] = [before, after].map((texts) => firewallOf(printedTexts(texts)));
      const parsed = parseFlow(FLOW);
      if (!('flow' in parsed) || was === undefined || will === undefined) throw new Error(FLOW);
      if (!opensOnlyInside(was, will, [parsed.flow], { nodes: 500_000 })) continue;
      met.proved += 1;
      const [old, fresh] = [makeTracer(was), makeTracer(will)];
      for (let at = 0; at < 200; at += 1) {
        const packet = randomPacket(random);
        const answers = { answer: ({ text }: { readonly text: string }) => (text.length + at) % 2 === 0 };
        const now = fresh(packet, answers);
        if (passes(now) !== true || passes(old(packet, answers)) !== false) continue;
        met.opened += 1;
        expect({ seed, packet, isNamed: isNamed(packet, now), isWritten: isWritten(now) }).toMatchObject({
          isNamed: true,
          isWritten: false,
        });
      }
    }
    // The test says something only if openings were proved, and packets met them.
    expect(Math.min(met.proved, met.opened)).toBeGreaterThan(RULESETS / 10);
  });
});
