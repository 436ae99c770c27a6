import { createHash, type Hash } from 'node:crypto';
import { isTableName } from '../rules/builtin.ts';
import type { TableName } from '../rules/types.ts';
import {
  ATTRIBUTE_HEADER,
  areAttributes,
  attributeEnd,
  attributeType,
  findAttribute,
  INTERRUPTED,
  MESSAGE,
  MESSAGE_HEADER,
  NETFILTER_HEADER,
  nextAttribute,
  textOf,
  u16,
  u32,
} from './messages.ts';
import { framed, openRuleBytes, type RuleBytes } from './rule-bytes.ts';
import type { ByteDump, ByteTable } from './types.ts';

/** Attributes that say nothing of what becomes of packets: of a table how often it is used, its handle, padding; of a chain handle, uses, counters, padding. */
const OF_TABLE: ReadonlySet<number> = new Set([3, 4, 5]);
const OF_CHAIN: ReadonlySet<number> = new Set([2, 6, 8, 9]);
/** The first attribute of tables, sets, objects and flowtables is the name of the table; chains and rules have theirs behind it. */
const TABLE = 1;
const RULE_CHAIN = 2;
const TABLE_FLAGS = 2;
const CHAIN_NAME = 3;
const IPSET_NAME = 2;
const IPSET_NUMBER = 11;
/** Bytes of the attribute that holds the genid, which is the first. */
const GENID = 8;

type ReadChain = { readonly hash: Hash; isRead: boolean };

type ReadTable = { readonly head: Uint8Array; readonly isPlain: boolean; readonly chains: Map<string, ReadChain> };

/** What has come of one target so far. */
type Target = {
  readonly ruleBytes: RuleBytes;
  readonly generations: string[];
  readonly setNames: Map<number, string>;
  readonly tables: Map<string, ReadTable>;
  readonly withObjects: Set<string>;
  /** The chain of the last rule, with the attributes that name it. */
  last?: { readonly names: Uint8Array; readonly chain: ReadChain | undefined };
  isBroken: boolean;
};

/**
 * Reads what the kernel answers to a dump of tables, chains and rules, target by target, as it comes, and digests each chain: the attributes of its table and its own, as
 * flags, type, hook, priority, policy and device, then its rules. An attribute that is not known is digested too. A dump is undefined where the kernel refused, or
 * something was committed meanwhile.
 */
export function readDump(): {
  readonly add: (chunk: Uint8Array) => void;
  readonly dumps: () => readonly (ByteDump | undefined)[];
} {
  const found: (ByteDump | undefined)[] = [];
  const ruleBytes = openRuleBytes();
  let target = newTarget(ruleBytes);
  let left: Uint8Array = new Uint8Array(0);
  return {
    add: (chunk) => {
      const bytes = joined(left, chunk);
      let at = 0;
      while (at + MESSAGE_HEADER <= bytes.length) {
        const length = u32(bytes, at);
        const next = at + ((length + 3) & ~3);
        if (length < MESSAGE_HEADER || next > bytes.length) break;
        if (u16(bytes, at + 4) === MESSAGE.end) {
          found.push(u32(bytes, at + MESSAGE_HEADER) === 1 ? dumpOf(target) : undefined);
          target = newTarget(ruleBytes);
        } else {
          take(target, bytes, at, at + length);
        }
        at = next;
      }
      left = bytes.slice(at);
    },
    dumps: () => found,
  };
}

function newTarget(ruleBytes: RuleBytes): Target {
  return {
    ruleBytes,
    generations: [],
    setNames: new Map(),
    tables: new Map(),
    withObjects: new Set(),
    isBroken: false,
  };
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function take(target: Target, bytes: Uint8Array, start: number, end: number): void {
  if ((u16(bytes, start + 6) & INTERRUPTED) !== 0) target.isBroken = true;
  const type = u16(bytes, start + 4);
  if (type === MESSAGE.error || type === MESSAGE.done) {
    // The number of an error, negative, or zero.
    if (u32(bytes, start + MESSAGE_HEADER) !== 0) target.isBroken = true;
    return;
  }
  const from = start + MESSAGE_HEADER + NETFILTER_HEADER;
  if (areAttributes(bytes, from, end)) takeAttributes(target, type, bytes, from, end);
  else target.isBroken = true;
}

function takeAttributes(target: Target, type: number, bytes: Uint8Array, from: number, end: number): void {
  switch (type) {
    case MESSAGE.rule:
      takeRule(target, bytes, from, end);
      break;
    case MESSAGE.chain:
      takeChain(target, bytes, from, end);
      break;
    case MESSAGE.table:
      takeTable(target, bytes, from, end);
      break;
    case MESSAGE.set:
    case MESSAGE.object:
    case MESSAGE.flowtable:
      target.withObjects.add(nameAt(bytes, from, end, TABLE));
      break;
    case MESSAGE.ipset:
      takeSetName(target, bytes, from, end);
      break;
    case MESSAGE.generation:
      target.generations.push(bytes.subarray(from, from + GENID).join());
      break;
    default:
      target.isBroken = true;
  }
}

function takeSetName({ setNames }: Target, bytes: Uint8Array, from: number, end: number): void {
  const name = findAttribute(bytes, from, end, IPSET_NAME);
  const number = findAttribute(bytes, from, end, IPSET_NUMBER);
  if (name < 0 || number < 0) return;
  // In network order.
  const [high = 0, low = 0] = bytes.subarray(number + ATTRIBUTE_HEADER);
  setNames.set((high << 8) | low, textOf(bytes, name));
}

function takeTable({ tables }: Target, bytes: Uint8Array, from: number, end: number): void {
  tables.set(nameAt(bytes, from, end, TABLE), {
    head: attributes(bytes, from, end, OF_TABLE),
    isPlain: isPlainTable(bytes, from, end),
    chains: new Map(),
  });
}

/** Whether a table has a name and no flag, and nothing else, as those of iptables. */
function isPlainTable(bytes: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at = nextAttribute(bytes, at)) {
    const type = attributeType(bytes, at);
    const isZero = bytes.subarray(at + ATTRIBUTE_HEADER, attributeEnd(bytes, at)).every((byte) => byte === 0);
    if (type !== TABLE && !OF_TABLE.has(type) && !(type === TABLE_FLAGS && isZero)) return false;
  }
  return true;
}

function takeChain(target: Target, bytes: Uint8Array, from: number, end: number): void {
  const table = target.tables.get(nameAt(bytes, from, end, TABLE));
  if (table === undefined) {
    target.isBroken = true;
    return;
  }
  const hash = createHash('sha256').update(framed([table.head, attributes(bytes, from, end, OF_CHAIN)]));
  table.chains.set(nameAt(bytes, from, end, CHAIN_NAME), { hash, isRead: true });
}

function takeRule(target: Target, bytes: Uint8Array, from: number, end: number): void {
  const chain = chainOfRule(target, bytes, from, end);
  const rule = target.ruleBytes(bytes, from, end, target.setNames);
  if (chain === undefined) target.isBroken = true;
  else if (rule === undefined) chain.isRead = false;
  else chain.hash.update(rule);
}

/** Rules come chain by chain, and the attributes that name table and chain come first. */
function chainOfRule(target: Target, bytes: Uint8Array, from: number, end: number): ReadChain | undefined {
  const { last } = target;
  if (last?.names.every((byte, index) => byte === bytes[from + index])) return last.chain;
  const found = findAttribute(bytes, from, end, RULE_CHAIN);
  const chain = target.tables.get(nameAt(bytes, from, end, TABLE))?.chains.get(nameAt(bytes, from, end, RULE_CHAIN));
  if (found >= 0) target.last = { names: Uint8Array.from(bytes.subarray(from, attributeEnd(bytes, found))), chain };
  return chain;
}

function nameAt(bytes: Uint8Array, from: number, end: number, type: number): string {
  const found = findAttribute(bytes, from, end, type);
  return found < 0 ? '' : textOf(bytes, found);
}

/** The attributes as they are, in their order, but for some. */
function attributes(bytes: Uint8Array, from: number, end: number, leftOut: ReadonlySet<number>): Uint8Array {
  const kept: Uint8Array[] = [];
  for (let at = from; at < end; at = nextAttribute(bytes, at)) {
    if (!leftOut.has(attributeType(bytes, at))) kept.push(bytes.subarray(at, attributeEnd(bytes, at)));
  }
  return framed(kept);
}

/** The genid is asked first and last; were they not the same, parts of the dump would belong to different rules. */
function dumpOf({ generations, tables, withObjects, isBroken }: Target): ByteDump | undefined {
  const [first, last] = generations;
  if (isBroken || generations.length !== 2 || first !== last) return undefined;
  const dump = new Map<TableName, ByteTable>();
  for (const [name, { chains, isPlain }] of tables) {
    // No chain would show that such a table sleeps, and that what is written into it does nothing.
    const lacksDigests = withObjects.has(name) || (chains.size === 0 && !isPlain);
    if (isTableName(name)) dump.set(name, lacksDigests ? 'no digests' : digestsOf(chains));
  }
  return dump;
}

function digestsOf(chains: ReadonlyMap<string, ReadChain>): ByteTable {
  return new Map([...chains].map(([name, { hash, isRead }]) => [name, isRead ? hash.digest('hex') : undefined]));
}
