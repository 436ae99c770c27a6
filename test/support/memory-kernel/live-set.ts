import type { Family } from '../../../src/core/rules/types.ts';
import { Unmodelled } from './refused.ts';
import { normalAddress } from './rule-options.ts';

/** One set. An entry is found by its element and holds the words behind it. */
export type LiveSet = {
  readonly type: string;
  readonly family: Family | undefined;
  readonly maxelem: number;
  /** Undefined in a set whose entries have no time. */
  readonly timeout: number | undefined;
  readonly flags: ReadonlySet<string>;
  readonly entries: Map<string, Entry>;
};

export type Entry = { readonly timeout: number; readonly nomatch: boolean; readonly comment: string | undefined };

const TYPES = ['hash:ip', 'hash:net', 'list:set'];
const FLAGS = ['counters', 'comment', 'skbinfo', 'forceadd'];
const MAXELEM = 65_536;

/** Reads what stands behind `create NAME`; a text where ipset refuses it. */
export function createSet(words: readonly string[]): LiveSet | string {
  const [type = '', ...options] = words;
  if (!TYPES.includes(type)) {
    if (/^(?:bitmap|hash|list):(?:ip|net|port|mac|mark|iface|,)+$/.test(type)) throw new Unmodelled(`a set of ${type}`);
    return `Syntax error: typename '${type}' is unknown`;
  }
  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (let at = 0; at < options.length; ) {
    const option = options[at] ?? '';
    if (FLAGS.includes(option)) flags.add(option);
    else values.set(option, options[at + 1] ?? '');
    at += FLAGS.includes(option) ? 1 : 2;
  }
  for (const name of values.keys())
    if (!['family', 'hashsize', 'maxelem', 'timeout', 'size', 'bucketsize', 'initval'].includes(name))
      throw new Unmodelled(`the option ${name} of a set`);
  const timeout = values.get('timeout');
  return {
    type,
    family: type === 'list:set' ? undefined : values.get('family') === 'inet6' ? 'ipv6' : 'ipv4',
    maxelem: Number(values.get('maxelem') ?? MAXELEM),
    timeout: timeout === undefined ? undefined : Number(timeout),
    flags,
    entries: new Map(),
  };
}

/** Type and options as `ipset save` prints them. The kernel would add a number of its own, which says nothing: `initval`. */
export function headerOf({ type, family, maxelem, timeout, flags }: LiveSet): string {
  const words =
    family === undefined
      ? [type, 'size 8']
      : [type, `family ${family === 'ipv6' ? 'inet6' : 'inet'}`, 'hashsize 1024', `maxelem ${maxelem}`];
  if (timeout !== undefined) words.push(`timeout ${timeout}`);
  words.push(...FLAGS.filter((flag) => flags.has(flag)));
  if (family !== undefined) words.push('bucketsize 12', 'initval 0x00000000');
  return words.join(' ');
}

export function isAlike(one: LiveSet, other: LiveSet): boolean {
  return headerOf(one) === headerOf(other);
}

/** The element as the kernel prints it; `problem` where ipset refuses to read it. */
export function readElement(
  set: LiveSet,
  written: string,
): { readonly element: string } | { readonly problem: string } {
  if (set.family === undefined) return { element: written };
  const address = normalAddress(written, set.family);
  const version = set.family === 'ipv6' ? 6 : 4;
  if (address === undefined) {
    const host = written.replace(/\/\d+$/, '');
    return { problem: `Syntax error: cannot parse ${host}: resolving to IPv${version} address failed` };
  }
  if (address === '') return { problem: 'The value of the CIDR parameter of the IP address is invalid' };
  const host = address.replace(set.family === 'ipv6' ? /\/128$/ : /\/32$/, '');
  if (set.type === 'hash:ip' && host.includes('/'))
    throw new Unmodelled(`the network ${written} in a set of addresses`);
  return { element: host };
}

/** The words behind the element in an `add` line. */
export function readEntry(set: LiveSet, words: readonly string[]): Entry {
  const known = new Set(['timeout', 'comment', 'packets', 'bytes']);
  const values = new Map<string, string>();
  let nomatch = false;
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    if (word === 'nomatch') nomatch = true;
    else if (!known.has(word)) throw new Unmodelled(`the word ${word} of an entry`);
    else values.set(word, words[at + 1] ?? '');
    at += word === 'nomatch' ? 1 : 2;
  }
  if (values.has('timeout') && set.timeout === undefined) throw new Unmodelled('a time in a set without one');
  if (values.has('comment') && !set.flags.has('comment')) throw new Unmodelled('a comment in a set without them');
  const timeout = Number(values.get('timeout') ?? set.timeout ?? 0);
  if (timeout !== 0) throw new Unmodelled('an entry that goes when its time is over');
  return { timeout, nomatch, comment: values.get('comment') };
}

export function printEntry({ timeout, flags }: LiveSet, element: string, { nomatch, comment }: Entry): string {
  const parts = [element];
  if (timeout !== undefined) parts.push('timeout 0');
  if (nomatch) parts.push('nomatch');
  if (flags.has('counters')) parts.push('packets 0 bytes 0');
  if (comment !== undefined) parts.push(`comment "${comment}"`);
  return parts.join(' ');
}
