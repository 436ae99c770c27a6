import { type Match, splitRule } from '../../rule-text/split-rule.ts';
import type { Backend, Family } from '../../rules/types.ts';
import type { Action } from '../types/action.ts';
import type { Condition } from '../types/condition.ts';
import type { PacketRule } from '../types/rule.ts';
import { allOf } from './combine.ts';
import { readAction } from './read-action.ts';
import { readHeader } from './read-header.ts';
import { type ModuleMatch, readMatch } from './read-match.ts';
import { askMemory, askPacket } from './read-question.ts';

export type RuleContext = {
  readonly family: Family;
  /** The two backends judge later fragments differently. */
  readonly backend: Backend;
  /** Of this rule alone: it names what the rule remembers. Two rules of one identity are taken for one that keeps its memory. */
  readonly identity: string;
};

/**
 * What a rule asks of a packet and does with it, by its text as iptables-save prints it. Nothing is guessed: what fw cannot compute is a
 * question, and a rule that it cannot read asks one and does what is unknown.
 */
export function readPacketRule(text: string, { family, backend, identity }: RuleContext): PacketRule {
  const rule = splitRule(text);
  if (rule === undefined) return unreadable(text, identity);
  const conditions: Condition[] = [];
  const remembering: ModuleMatch[] = [];
  for (const part of partsOf(rule.matches)) {
    if ('option' in part) {
      const condition = readHeader(part, family);
      if (condition === undefined) remembering.push({ module: part.option, options: [part] });
      else conditions.push(condition);
      continue;
    }
    const condition = readMatch(part, family, backend) ?? askPacket(part.module, part.options);
    if (condition === undefined) remembering.push(part);
    else conditions.push(condition);
  }
  if (remembering.length > 0) conditions.push(askMemory(remembering, identity));
  return { conditions: flat(allOf(conditions)), action: markingMatch(rule.matches) ?? readAction(rule.target, family) };
}

/** A match that writes: it gives the packet the mark of the socket that it belongs to, which no rule tells. */
function markingMatch(matches: readonly Match[]): Action | undefined {
  const writes = matches.some(({ module, option }) => module === 'socket' && option === '--restore-skmark');
  return writes ? { kind: 'unknown', text: 'socket --restore-skmark' } : undefined;
}

/** Conditions of the header, and each `-m` with the options behind it. */
function partsOf(matches: readonly Match[]): readonly (Match | ModuleMatch)[] {
  const parts: (Match | { module: string; options: Match[] })[] = [];
  let open: { module: string; options: Match[] } | undefined;
  for (const match of matches) {
    if (match.option === '-m' && match.values.length === 1 && !match.negated) {
      open = { module: match.values[0] ?? '', options: [] };
      parts.push(open);
    } else if (match.option.startsWith('--') && open !== undefined) open.options.push(match);
    else parts.push(match);
  }
  return parts;
}

function flat(condition: Condition): readonly Condition[] {
  if (condition.kind === 'always') return [];
  return condition.kind === 'all' ? condition.of.flatMap(flat) : [condition];
}

function unreadable(text: string, identity: string): PacketRule {
  const question = { kind: 'question', key: identity, text, remembers: true, reads: [] } as const;
  return { conditions: [question], action: { kind: 'unknown', text } };
}
