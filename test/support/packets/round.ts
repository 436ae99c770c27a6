import { NodeLimit } from '../../../src/core/packets/diagram/node-limit.ts';
import { makeTracer } from '../../../src/core/packets/trace/trace-packet.ts';
import type { Trace, TracedPacket } from '../../../src/core/packets/trace/types.ts';
import type { Firewall, KnownSet } from '../../../src/core/packets/types/firewall.ts';
import type { Effect, Path } from '../../../src/core/packets/types/traffic.ts';
import { parseSave } from '../../../src/core/restore/parse-save.ts';
import type { Backend, Family } from '../../../src/core/rules/types.ts';
import { parseHeader } from '../../../src/core/sets/ipset/parse-header.ts';
import { inNamespace } from '../netns.ts';
import { loadSets } from '../sets.ts';
import { aimedPackets } from './aimed-packets.ts';
import { answeredPackets } from './answered-packets.ts';
import { type Ground, makeGround, OWN } from './ground.ts';
import { type JudgeChange, judgeChange } from './judge-change.ts';
import { SETS } from './random-matches.ts';
import { changedRuleset, printRuleset, randomRuleset } from './random-ruleset.ts';
import { seeded } from './seeded.ts';

/** Where rulesets are tried, with the sets that they name. */
export type Course = {
  readonly ground: Ground;
  readonly backend: Backend;
  readonly path: Path;
  readonly sets: readonly KnownSet[];
};

export async function makeCourse(path: Path, backend: Backend): Promise<Course> {
  const ground = await makeGround(path, backend);
  loadSets(ground.namespace, SETS);
  const lines = inNamespace(ground.namespace, 'ipset', ['save']).stdout.split('\n');
  const sets = lines.flatMap((line) => {
    const [, name, header] = /^create (\S+) (.*)$/.exec(line) ?? [];
    if (name === undefined || header === undefined) return [];
    const entries = lines
      .filter((one) => one.startsWith(`add ${name} `))
      .map((one) => one.slice(5 + name.length))
      .sort();
    return [{ name, header: parseHeader(header), entries, changes: false }];
  });
  return { ground, backend, path, sets };
}

/** What one ruleset and its change showed. The lists name what was wrong, a line for each packet. */
export type Round = {
  readonly verdicts: number;
  readonly passed: number;
  readonly changed: number;
  /** Packets that the diagrams were asked about; none where the node limit was reached. */
  readonly judged: number;
  readonly wrongVerdicts: readonly string[];
  readonly wrongChanges: readonly string[];
};

/** Loads a random ruleset and its change, sends packets through both, and compares with the trace and the diagrams. */
export async function runRound(course: Course, family: Family, seed: number, count: number): Promise<Round> {
  const { ground, backend, path } = course;
  const ruleset = randomRuleset(seed, family, path);
  const texts = [ruleset, changedRuleset(ruleset, seed, family, path)].map(printRuleset);
  const [before, after] = texts.map((text) => firewallOf(course, family, ground.load(family, text))) as [
    Firewall,
    Firewall,
  ];
  const packets = aimedPackets(before, after, path, count, seeded(seed + 7));
  const [was, will] = [
    await passing(course, family, texts[0], packets),
    await passing(course, family, texts[1], packets),
  ];
  const name = `${backend} ${path} ${family} seed ${seed}`;
  const tracers = [tracerOf(before), tracerOf(after)] as const;
  const passes = (at: number) => was.has(at) || will.has(at);
  const answered = answeredPackets(packets, passes, (packet) => tracers.map((trace) => trace(packet)));
  const firsts = packets.flatMap((packet, at) => (answered.has(at) ? [] : [{ packet, at }]));
  const wrongVerdicts = [
    ...findWrongVerdicts(tracers[0], firsts, was, `${name} before`),
    ...findWrongVerdicts(tracers[1], firsts, will, `${name} after`),
  ];
  const judge = judgeWithin(before, after, path);
  const wrongChanges = firsts.flatMap(({ packet, at }) => {
    const effect = was.has(at) === will.has(at) ? 'none' : will.has(at) ? 'opened' : 'closed';
    const judged = judge?.(packet);
    return judged === undefined || agrees(effect, judged)
      ? []
      : [`${name}: ${effect}, not ${[...judged]}: ${print(packet)}`];
  });
  return {
    verdicts: firsts.length * 2,
    passed: was.size + will.size,
    changed: packets.filter((_, at) => was.has(at) !== will.has(at)).length,
    judged: judge === undefined ? 0 : firsts.length,
    wrongVerdicts,
    wrongChanges,
  };
}

/** The firewall of a course with rules as they were saved. */
export function firewallOf({ backend, sets }: Course, family: Family, saved: string): Firewall {
  const { tables } = parseSave(saved, family).ruleset;
  return { family, backend, tables, sets, settings: { tcpLoose: true } };
}

async function passing({ ground }: Course, family: Family, text = '', packets: readonly TracedPacket[]) {
  ground.load(family, text);
  return await ground.send(family, packets);
}

const NODES = 2_000_000;

function judgeWithin(before: Firewall, after: Firewall, path: Path): JudgeChange | undefined {
  try {
    return judgeChange(before, after, path, NODES);
  } catch (error) {
    if (error instanceof NodeLimit) return undefined;
    throw error;
  }
}

/** What is `other` changes without one more or one less packet that passes. */
function agrees(effect: Effect | 'none', judged: ReadonlySet<Effect | 'none'>): boolean {
  return judged.has(effect) || (effect === 'none' && judged.has('other'));
}

type Tracer = (packet: TracedPacket) => Trace;

function tracerOf(firewall: Firewall): Tracer {
  const trace = makeTracer(firewall);
  const options = { localAddress: (input: string) => OWN[firewall.family](input) };
  return (packet) => trace(packet, options);
}

function findWrongVerdicts(
  trace: Tracer,
  packets: readonly { readonly packet: TracedPacket; readonly at: number }[],
  passed: ReadonlySet<number>,
  name: string,
): readonly string[] {
  return packets.flatMap(({ packet, at }) => {
    const traced = trace(packet);
    if (verdicts(traced).has(passed.has(at))) return [];
    return [`${name}: ${passed.has(at) ? 'passes' : 'is dropped'}: ${print(packet)}\n${printWay(traced)}`];
  });
}

function verdicts({ end }: Trace): ReadonlySet<boolean> {
  if (end.kind === 'verdict') return new Set([end.outcome.verdict === 'accept']);
  return end.kind === 'open' ? new Set([...verdicts(end.met), ...verdicts(end.unmet)]) : new Set([true, false]);
}

function print(packet: TracedPacket): string {
  return JSON.stringify(packet, (_, value) => (typeof value === 'bigint' ? `0x${value.toString(16)}` : value));
}

function printWay({ steps, end }: Trace): string {
  const lines = steps.map((step) => {
    if (step.kind === 'skipped') return `  nat ${step.chain} skipped`;
    const changes = step.kind === 'rule' ? step.changes.map(({ what, to }) => ` [${what} ${to}]`).join('') : '';
    return `  ${step.place.table} ${step.place.chain} ${step.place.number ?? ''} ${step.place.text}${changes}`;
  });
  return [...lines, `  ${end.kind === 'verdict' ? end.outcome.verdict : end.kind}`].join('\n');
}
