import { findClosingQuote, lexRule } from '../rule-text/lex.ts';
import { isBuiltin, isTableName } from '../rules/builtin.ts';
import { findForbiddenCharacter } from '../rules/forbidden-character.ts';
import type { Counters, Family, Policy, Rule, Ruleset, Table, TableName } from '../rules/types.ts';

type SaveProblem = {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  /**
   * incompatible: iptables says that the table holds what it cannot show. unreadable: the line is not what iptables-save prints for a
   * ruleset that it can restore. unsupported: the rule is printed without something that this iptables does not know.
   */
  readonly kind: 'incompatible' | 'unreadable' | 'unsupported';
};

type OpenChain = {
  readonly name: string;
  readonly policy?: Policy;
  readonly counters: Counters;
  readonly rules: Rule[];
};
type OpenTable = { readonly name: TableName; readonly chains: Map<string, OpenChain>; last: OpenChain | undefined };
type Reading = { readonly tables: Map<TableName, Table>; open: OpenTable | undefined };

const ZERO: Counters = ['0', '0'];
const INCOMPATIBLE = /^# Table .* (?:is incompatible, use 'nft' tool|contains incompatible base-chains)/;
const DECLARATION = /^:([^ ]+) (ACCEPT|DROP|-) \[(\d+):(\d+)\]$/;
const UNSUPPORTED = '[unsupported';

/**
 * Reads the output of iptables-save, with or without `-c`, of either backend. A ruleset is only worth believing when there are no
 * problems: what cannot be read is left out of it (an unsupported rule is in it).
 *
 * Rules are not lexed; this is for 50,000 of them on every run.
 */
export function parseSave(
  text: string,
  family: Family,
): { readonly ruleset: Ruleset; readonly problems: readonly SaveProblem[] } {
  const reading: Reading = { tables: new Map(), open: undefined };
  const problems: SaveProblem[] = [];
  const mayHaveUnsupported = text.includes(UNSUPPORTED);
  let number = 0;
  let line = '';
  for (let start = 0; start < text.length; start += line.length + 1) {
    const newline = text.indexOf('\n', start);
    line = newline < 0 ? text.slice(start) : text.slice(start, newline);
    number += 1;
    const kind = readLine(reading, line) ?? (mayHaveUnsupported && hasUnsupported(line) ? 'unsupported' : undefined);
    if (kind !== undefined) problems.push({ line: number, text: line, kind });
  }
  if (reading.open !== undefined) problems.push({ line: number, text: `*${reading.open.name}`, kind: 'unreadable' });
  return { ruleset: { family, tables: [...reading.tables.values()] }, problems };
}

function readLine(reading: Reading, line: string): SaveProblem['kind'] | undefined {
  const { open } = reading;
  if (open !== undefined && (line.startsWith('[') || line.startsWith('-')))
    return addRule(open, line) ? undefined : 'unreadable';
  if (line === '') return undefined;
  if (line.startsWith('#')) return INCOMPATIBLE.test(line) ? 'incompatible' : undefined;
  if (line.startsWith('*')) return openTable(reading, line.slice(1)) ? undefined : 'unreadable';
  if (open === undefined) return 'unreadable';
  if (line.startsWith(':')) return addChain(open, line) ? undefined : 'unreadable';
  if (line !== 'COMMIT') return addRule(open, line) ? undefined : 'unreadable';
  reading.tables.set(open.name, { name: open.name, chains: [...open.chains.values()] });
  reading.open = undefined;
  return undefined;
}

/** A table without its COMMIT is how iptables-nft-save ends when it fails inside a table. */
function openTable(reading: Reading, name: string): boolean {
  const isInside = reading.open !== undefined;
  const isReadable = isTableName(name) && !reading.tables.has(name);
  reading.open = isReadable ? { name, chains: new Map(), last: undefined } : undefined;
  return isReadable && !isInside;
}

/** A chain with a built-in name but no policy, or the reverse, was made with nft and is not what its name says. */
function addChain(table: OpenTable, line: string): boolean {
  const [, name = '', policy, packets = '', bytes = ''] = DECLARATION.exec(line) ?? [];
  // A name that cannot be written, or that a terminal would obey.
  if (findForbiddenCharacter(name) >= 0) return false;
  if (name === '' || table.chains.has(name) || isBuiltin(table.name, name) !== (policy !== '-')) return false;
  const counters = toCounters(packets, bytes);
  const isPolicy = policy === 'ACCEPT' || policy === 'DROP';
  table.chains.set(name, isPolicy ? { name, policy, counters, rules: [] } : { name, counters, rules: [] });
  return true;
}

function addRule(table: OpenTable, line: string): boolean {
  let counters: Counters | undefined;
  let start = 0;
  if (line.startsWith('[0:0] -A ')) {
    counters = ZERO;
    start = 6;
  } else if (line.startsWith('[')) {
    const colon = line.indexOf(':');
    const close = line.indexOf('] -A ', colon);
    const packets = line.slice(1, colon);
    const bytes = line.slice(colon + 1, close);
    if (!isDigits(packets) || !isDigits(bytes)) return false;
    counters = toCounters(packets, bytes);
    start = close + 2;
  }
  if (!line.startsWith('-A ', start)) return false;
  const blank = line.indexOf(' ', start + 3);
  const name = line.slice(start + 3, blank < 0 ? undefined : blank);
  const chain = table.last?.name === name ? table.last : table.chains.get(name);
  // An open quote: a comment with a line feed in it, so this line and the next are not what they seem.
  if (chain === undefined || (line.includes('"') && hasOpenQuote(line))) return false;
  table.last = chain;
  const text = blank < 0 ? '' : line.slice(blank + 1);
  chain.rules.push(counters === undefined ? { text } : { text, counters });
  return true;
}

/** Most counters are zero; one constant for them saves megabytes. */
function toCounters(packets: string, bytes: string): Counters {
  return packets === '0' && bytes === '0' ? ZERO : [packets, bytes];
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text);
}

function hasOpenQuote(line: string): boolean {
  for (let open = line.indexOf('"'); open >= 0; open = line.indexOf('"', open + 1)) {
    open = findClosingQuote(line, open + 1);
    if (open < 0) return true;
  }
  return false;
}

/** True when the words `[unsupported revision]` stand in the rule itself and not in a comment. */
function hasUnsupported(line: string): boolean {
  return line.includes(UNSUPPORTED) && lexRule(line).words.some((word) => word.value === UNSUPPORTED && !word.quoted);
}
