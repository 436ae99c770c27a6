import { LIMITS } from '../../limits.ts';
import { ICMP_OF } from '../rule/protocol-number.ts';
import { setResolver } from '../rule/resolve-sets.ts';
import type { Condition, Question } from '../types/condition.ts';
import type { Firewall } from '../types/firewall.ts';
import type { PacketRule } from '../types/rule.ts';
import type { Outcome, RulePlace } from '../types/traffic.ts';
import { answerOf, identify } from './answer-question.ts';
import { applyAction } from './apply-action.ts';
import { type Lookup, meetsAll } from './meets-condition.ts';
import { enterConntrack, type MovingPacket, placeText, startPacket, stateOf } from './moving-packet.ts';
import { type ReadChain, type ReadTable, readTable } from './read-table.ts';
import type { Trace, TracedPacket, TraceEnd, TraceOptions, TraceStep } from './types.ts';
import { FIRST_HOOKS, type Hook, hooksBehindRoute } from './way.ts';

/** Traces packets through one firewall; each rule is read once. */
export type Tracer = (packet: TracedPacket, options?: TraceOptions) => Trace;

/**
 * The way of a packet, rule by rule as the kernel goes. Where the text of the rules does not tell, both answers are followed. It shares nothing
 * with the diagrams but the reading of rules, so that each is the other's proof.
 */
export function makeTracer(firewall: Firewall): Tracer {
  const tables = new Map(firewall.tables.map((table) => [table.name, readTable(firewall, table)]));
  const resolve = setResolver(firewall);
  return (packet, options = {}) => {
    const budget = { forks: LIMITS.traceForks.most, rules: LIMITS.traceRules.most };
    const walk: Walk = { firewall, tables, options, resolve, budget };
    return follow(walk, {
      hooks: FIRST_HOOKS[packet.path],
      stack: [],
      packet: startPacket(packet),
      answers: new Map(),
      acceptedBy: undefined,
    });
  };
}

type Walk = {
  readonly firewall: Firewall;
  readonly tables: ReadonlyMap<string, ReadTable>;
  readonly options: TraceOptions;
  readonly resolve: (condition: Condition) => Condition;
  readonly budget: { forks: number; rules: number };
};

type Frame = { readonly chain: ReadChain; readonly at: number };

/** A point on the way: the chains that called each other, innermost last, and what comes behind this table. */
type Cursor = {
  readonly hooks: readonly Hook[];
  readonly stack: readonly Frame[];
  readonly packet: MovingPacket;
  readonly answers: ReadonlyMap<string, boolean>;
  /** What let the packet pass filter, or else the last table. */
  readonly acceptedBy: RulePlace | undefined;
};

function follow(walk: Walk, from: Cursor): Trace {
  const steps: TraceStep[] = [];
  let cursor = from;
  for (;;) {
    const next = cursor.stack.length === 0 ? enterHook(walk, cursor, steps) : meetRule(walk, cursor, steps);
    if ('kind' in next) return { steps, end: next };
    cursor = next;
  }
}

function enterHook(walk: Walk, cursor: Cursor, steps: TraceStep[]): Cursor | TraceEnd {
  const [hook, ...hooks] = cursor.hooks;
  const { packet } = cursor;
  if (hook === undefined) return { kind: 'verdict', outcome: outcomeOf(walk, cursor, 'accept', cursor.acceptedBy) };
  if (hook === 'conntrack') return { ...cursor, hooks, packet: enterConntrack(packet) };
  if (hook === 'route') return behindRoute(walk, { ...cursor, hooks });
  const table = walk.tables.get(hook.table);
  const chain = table?.chains.get(hook.chain);
  if (table === undefined || chain === undefined) return { ...cursor, hooks };
  if (hook.table === 'nat' && !asksNat(walk, packet)) {
    steps.push({ kind: 'skipped', table: 'nat', chain: hook.chain, state: stateOf(packet) });
    return { ...cursor, hooks };
  }
  return { ...cursor, hooks: cursor.hooks, stack: [{ chain, at: 0 }] };
}

/** nat sees the first packet of a connection, once for each side; what comes through lo was seen on its way out. */
function asksNat({ firewall }: Walk, packet: MovingPacket): boolean {
  const state = stateOf(packet);
  if (packet.original.path === 'INPUT' && packet.original.links.input === 'lo') return false;
  return state === 'NEW' || (state === 'RELATED' && packet.original.protocol !== ICMP_OF[firewall.family]);
}

function behindRoute({ firewall, options }: Walk, cursor: Cursor): Cursor {
  const { packet } = cursor;
  const { original, fields, translated, links } = packet;
  const found = translated.destination && !packet.isLocal ? options.route?.(fields.destination) : undefined;
  const path = packet.isLocal ? 'INPUT' : (found?.path ?? (original.path === 'FORWARD' ? 'FORWARD' : 'INPUT'));
  const output = found?.path === 'FORWARD' ? found.output : original.links.output;
  const leaves = path === 'FORWARD' && output !== undefined;
  return {
    ...cursor,
    hooks: hooksBehindRoute(path, firewall.backend),
    packet: { ...packet, links: leaves ? { ...links, output } : links },
  };
}

function meetRule(walk: Walk, cursor: Cursor, steps: TraceStep[]): Cursor | TraceEnd {
  const [hook, ...hooks] = cursor.hooks;
  const frame = cursor.stack.at(-1);
  const table = typeof hook === 'object' ? walk.tables.get(hook.table) : undefined;
  if (frame === undefined || table === undefined) return { kind: 'limit' };
  const { chain, at } = frame;
  if (at >= chain.chain.rules.length) return endOfChain(walk, cursor, table, hooks, steps);
  walk.budget.rules -= 1;
  if (walk.budget.rules < 0) return { kind: 'limit' };
  const rule = table.read(chain, at);
  const met = meetsAll(rule.conditions, cursor.packet, lookupOf(walk, cursor));
  const behind = { ...cursor, stack: [...cursor.stack.slice(0, -1), { chain, at: at + 1 }] };
  if (met === false) return behind;
  const place = placeOf(table, chain, at);
  if (met !== true && rule.action.kind !== 'continue') return fork(walk, cursor, met, place);
  if (met !== true) {
    steps.push({ kind: 'rule', place, action: rule.action, changes: [], may: met.text });
    return behind;
  }
  const { packet, changes } = applyAction(rule.action, cursor.packet, walk.firewall.family, walk.options);
  steps.push({ kind: 'rule', place, action: rule.action, changes });
  return act(walk, { ...behind, packet }, { table, rule, place, hooks });
}

type Met = {
  readonly table: ReadTable;
  readonly rule: PacketRule;
  readonly place: RulePlace;
  readonly hooks: readonly Hook[];
};

/** What becomes of the way: the packet itself is changed already. */
function act(walk: Walk, cursor: Cursor, { table, rule: { action }, place, hooks }: Met): Cursor | TraceEnd {
  switch (action.kind) {
    case 'accept':
    case 'translate':
      return accepted(cursor, hooks, place);
    case 'drop':
    case 'reject':
      return { kind: 'verdict', outcome: outcomeOf(walk, cursor, action.kind, place) };
    case 'queue':
    case 'unknown':
      return { kind: 'verdict', outcome: { ...outcomeOf(walk, cursor, action.kind, place), detail: action.text } };
    case 'return':
      return { ...cursor, stack: leaving(cursor.stack) };
    case 'jump':
    case 'goto': {
      const chain = table.chains.get(action.chain);
      if (chain === undefined || cursor.stack.length > LIMITS.evaluationDepth.most) {
        const detail = `chain ${action.chain}`;
        return { kind: 'verdict', outcome: { ...outcomeOf(walk, cursor, 'unknown', place), detail } };
      }
      const callers = action.kind === 'goto' ? cursor.stack.slice(0, -1) : cursor.stack;
      // A goto out of a built-in chain ends at its policy.
      const kept = callers.length === 0 ? [endOf(cursor.stack[0])] : callers;
      return { ...cursor, stack: [...kept.flatMap((one) => one ?? []), { chain, at: 0 }] };
    }
    default:
      return cursor;
  }
}

function endOf(frame: Frame | undefined): Frame | undefined {
  return frame === undefined ? undefined : { ...frame, at: frame.chain.chain.rules.length };
}

/** RETURN in a built-in chain is its end, where the policy decides. */
function leaving(stack: readonly Frame[]): readonly Frame[] {
  if (stack.length > 1) return stack.slice(0, -1);
  return stack.flatMap((frame) => endOf(frame) ?? []);
}

function endOfChain(
  walk: Walk,
  cursor: Cursor,
  table: ReadTable,
  hooks: readonly Hook[],
  steps: TraceStep[],
): Cursor | TraceEnd {
  if (cursor.stack.length > 1) return { ...cursor, stack: cursor.stack.slice(0, -1) };
  const { chain } = cursor.stack[0]?.chain ?? {};
  const policy = chain?.policy ?? 'ACCEPT';
  const place: RulePlace = { table: table.table.name, chain: chain?.name ?? '', text: policy };
  steps.push({ kind: 'policy', place });
  if (policy === 'DROP') return { kind: 'verdict', outcome: outcomeOf(walk, cursor, 'drop', place) };
  return accepted(cursor, hooks, place);
}

/** ACCEPT ends the table, not the way. */
function accepted(cursor: Cursor, hooks: readonly Hook[], place: RulePlace): Cursor {
  const isFilter = place.table === 'filter';
  const acceptedBy = isFilter || cursor.acceptedBy?.table !== 'filter' ? place : cursor.acceptedBy;
  return { ...cursor, hooks, stack: [], acceptedBy };
}

function lookupOf({ options, resolve }: Walk, { answers }: Cursor): Lookup {
  return { resolve, answer: (question, packet) => answerOf(question, packet, options, answers) };
}

function placeOf(table: ReadTable, { chain }: ReadChain, at: number): RulePlace {
  return { table: table.table.name, chain: chain.name, number: at + 1, text: chain.rules[at]?.text ?? '' };
}

function outcomeOf(
  { firewall }: Walk,
  { packet }: Cursor,
  verdict: Outcome['verdict'],
  by: RulePlace | undefined,
): Outcome {
  const { source, destination } = packet.translated;
  return {
    verdict,
    ...(destination ? { to: placeText(packet, 'destination', firewall.family) } : {}),
    ...(source ? { from: placeText(packet, 'source', firewall.family) } : {}),
    // Where no table is there at all, every packet passes.
    by: by ?? { table: 'filter', chain: packet.original.path, text: 'ACCEPT' },
  };
}

function fork(walk: Walk, cursor: Cursor, question: Question, place: RulePlace): TraceEnd {
  walk.budget.forks -= 1;
  if (walk.budget.forks < 0) return { kind: 'limit' };
  const key = identify(question, cursor.packet);
  const branch = (answer: boolean) => follow(walk, { ...cursor, answers: new Map([...cursor.answers, [key, answer]]) });
  return { kind: 'open', question: question.text, place, met: branch(true), unmet: branch(false) };
}
