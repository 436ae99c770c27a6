import { matchRow } from '../extensions/matches.ts';
import { targetsThat } from '../extensions/targets.ts';
import { readPacketRule } from '../packets/rule/read-packet-rule.ts';
import { boundsOf } from '../packets/side/bounds.ts';
import { usesConntrack } from '../packets/tracking.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import { withoutComments } from '../rule-text/without-comments.ts';
import { isPristine } from '../rules/builtin.ts';
import type { Chain } from '../rules/types.ts';
import { firewallKey } from './firewall-key.ts';

/** Targets of filter that leave nothing for other packets: no mark, no entry of a set, no packet in the hands of a program. */
const SILENT: ReadonlySet<string> = new Set(
  targetsThat(({ does, forgets }) => forgets === true && does !== undefined && does !== 'pass'),
);

/** The part of all addresses that are unicast, at least. */
const UNICAST = { ipv4: 222 / 256, ipv6: 1 / 8 } as const;
const BITS = { ipv4: 32, ipv6: 128 } as const;

/**
 * Whether a change cannot open anything to more than `part` of all unicast sources, as the texts of its rules tell, without an evaluation of the others: only rules of filter come and
 * go, each of them asks for a source, all their sources together are no more than that, and none of them calls a chain or leaves something for other packets. A packet
 * from elsewhere meets none of them, so it goes where it went. False says nothing.
 */
export function isNarrowChange(before: Firewall, after: Firewall, part: number): boolean {
  if (before.family !== after.family || keyWithoutFilter(before) !== keyWithoutFilter(after)) return false;
  // Where the kernel begins or ceases to track connections, that is so for all packets.
  if (before.tables.some(usesConntrack) !== after.tables.some(usesConntrack)) return false;
  const [was, will] = [chainsOf(before), chainsOf(after)];
  if (was === undefined || will === undefined) return false;
  const changed = new Set<string>();
  for (const name of new Set([...was.keys(), ...will.keys()])) {
    const [old, now] = [was.get(name), will.get(name)];
    if (old?.policy !== now?.policy) return false;
    const found = changedTexts(textsOf(old), textsOf(now));
    if (found === undefined) return false;
    for (const text of found) changed.add(text);
  }
  // What only the other side has is among what changed.
  if (!isSilent(will)) return false;
  let sources = 0;
  for (const text of changed) {
    const size = sourcesOf(text, after);
    if (size === undefined) return false;
    sources += size;
  }
  return sources / UNICAST[after.family] <= part;
}

/**
 * Whether nothing can be opened since every packet passes already: there are no rules yet, all policies accept, and rules come to filter alone, which translates nothing. Those
 * that leave something for other packets are evaluated. False says nothing.
 */
export function isOpenAlready(before: Firewall, after: Firewall): boolean {
  if (JSON.stringify(before.settings) !== JSON.stringify(after.settings)) return false;
  if (![...before.tables, ...after.tables.filter(({ name }) => name !== 'filter')].every(isPristine)) return false;
  return isSilent(chainsOf(after) ?? new Map());
}

function keyWithoutFilter(firewall: Firewall): string {
  return JSON.stringify(firewallKey({ ...firewall, tables: firewall.tables.filter(({ name }) => name !== 'filter') }));
}

/** Undefined where there is no such table: it holds what an empty one holds, which is not spelt out here. */
function chainsOf({ tables }: Firewall): ReadonlyMap<string, Chain> | undefined {
  const filter = tables.find(({ name }) => name === 'filter');
  return filter && new Map(filter.chains.map((chain) => [chain.name, chain]));
}

function textsOf(chain: Chain | undefined): readonly string[] {
  return chain?.rules.map(({ text }) => text) ?? [];
}

/** The texts of which one side has more than the other; undefined where the rest stands in another order. */
function changedTexts(was: readonly string[], will: readonly string[]): ReadonlySet<string> | undefined {
  const counts = new Map<string, number>();
  for (const text of was) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of will) counts.set(text, (counts.get(text) ?? 0) - 1);
  const changed = new Set([...counts].flatMap(([text, count]) => (count === 0 ? [] : [text])));
  const rest = was.filter((text) => !changed.has(text));
  let at = 0;
  for (const text of will) {
    if (changed.has(text)) continue;
    if (rest[at] !== text) return undefined;
    at += 1;
  }
  return changed;
}

/** Whether no rule of the table leaves anything. A comment that looks like another target makes it false, and hides none. */
function isSilent(chains: ReadonlyMap<string, Chain>): boolean {
  for (const { rules } of chains.values()) {
    for (const { text } of rules) {
      if (!wordsBehind(text, TARGET).every((target) => SILENT.has(target) || chains.has(target))) return false;
    }
  }
  return true;
}

/** The part of all addresses from which packets meet a rule; 0 for one that decides nothing, undefined where the text does not tell. */
function sourcesOf(full: string, { family, backend }: Firewall): number | undefined {
  const text = withoutComments(full);
  if (!wordsBehind(text, MATCH).every(asksOnePacket)) return undefined;
  if (!wordsBehind(text, TARGET).every((target) => SILENT.has(target))) return undefined;
  const rule = readPacketRule(text, { family, backend, identity: text });
  if (rule.action.kind === 'continue') return 0;
  const { source } = boundsOf(rule, family);
  if (source === undefined) return undefined;
  return Number(BigInt(source[1]) - BigInt(source[0]) + 1n) / 2 ** BITS[family];
}

/** Whether a match asks one packet and its connection, and writes nothing that other rules ask for. */
function asksOnePacket(match: string): boolean {
  const { memory, asksOthers } = matchRow(match);
  return memory === 'packet' || (memory === 'tracks' && asksOthers !== true);
}

const TARGET = /(?:^| )(?:-[jg]|--jump|--goto) (\S+)/g;
const MATCH = /(?:^| )(?:-m|--match) (\S+)/g;

function wordsBehind(text: string, option: RegExp): readonly string[] {
  return [...text.matchAll(option)].map(([, word = '']) => word);
}
