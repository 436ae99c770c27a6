import { matchRow } from '../extensions/matches.ts';
import { OPTIONS } from '../extensions/options.ts';
import type { Match, SplitRule } from '../rule-text/split-rule.ts';

/** What every rule can ask of a packet. */
const PACKET: ReadonlySet<string> = new Set(
  OPTIONS.flatMap(({ names: [name = ''], role }) =>
    role === undefined || role === 'port' || role === 'jump' ? [] : [name],
  ),
);
const SET: ReadonlySet<string> = new Set(['-m', '--match-set', '--return-nomatch']);

export type Company = {
  /** Connections are tracked already. */
  readonly tracks: boolean;
  /** Sets that begin to exist with the plan and count nothing. */
  readonly newSets: ReadonlySet<string>;
};

/** Whether a rule may come into a table without changing what any other rule sees. */
export function comesStateless(rule: SplitRule, { tracks, newSets }: Company): boolean {
  return rule.matches.every((match) => {
    const { module } = match;
    if (module === undefined) return PACKET.has(match.option);
    const { memory } = matchRow(module);
    if (memory === 'tracks') return tracks;
    if (module === 'set') return matchesSet(match) && usesOnly(match, newSets);
    return memory === 'packet';
  });
}

/** Whether what a rule that is there does to a packet is the same, whichever packets came before; `also` names further matches. */
export function staysStateless(rule: SplitRule, also: readonly string[] = []): boolean {
  return rule.matches.every((match) => {
    const { module } = match;
    if (module === undefined) return PACKET.has(match.option);
    if (module === 'set') return matchesSet(match);
    const { memory } = matchRow(module);
    return memory === 'packet' || memory === 'tracks' || memory === 'stays' || also.includes(module);
  });
}

export function usesTracking(rule: SplitRule): boolean {
  return rule.matches.some(({ module }) => module !== undefined && matchRow(module).memory === 'tracks');
}

function matchesSet({ option }: Match): boolean {
  return PACKET.has(option) || SET.has(option);
}

function usesOnly({ option, values }: Match, sets: ReadonlySet<string>): boolean {
  return option !== '--match-set' || sets.has(values[0] ?? '');
}
