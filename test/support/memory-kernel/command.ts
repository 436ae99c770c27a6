import { isBuiltin } from '../../../src/core/rules/builtin.ts';
import type { Counters } from '../../../src/core/rules/types.ts';
import { type Place, ZERO } from './live-table.ts';
import { type NormalRule, normalRule } from './normal-rule.ts';
import { Refused, Unmodelled } from './refused.ts';
import { TARGETS } from './rule-options.ts';

/** One line of restore text between `*table` and COMMIT. */
export type Command = { readonly line: number } & (
  | { readonly kind: 'chain'; readonly chain: string; readonly policy: string; readonly counters: Counters }
  | {
      readonly kind: 'add';
      readonly chain: string;
      readonly at: number | 'end';
      readonly rule: NormalRule;
      readonly counters: Counters;
    }
  | {
      readonly kind: 'replace';
      readonly chain: string;
      readonly at: number;
      readonly rule: NormalRule;
      readonly counters: Counters;
    }
  | { readonly kind: 'delete at'; readonly chain: string; readonly at: number }
  | { readonly kind: 'delete'; readonly chain: string; readonly rule: NormalRule }
  | { readonly kind: 'new'; readonly chain: string }
  | { readonly kind: 'rename'; readonly chain: string; readonly to: string }
  | { readonly kind: 'policy'; readonly chain: string; readonly policy: string }
  /** Without a chain: all of them. */
  | { readonly kind: 'flush' | 'remove' | 'zero'; readonly chain: string | undefined }
);

const LINE = /^(?:\[(\d+):(\d+)\] )?(-[A-Z])(?: (\S+))?(?: (.*))?$/;
const CHAIN = /^:(\S+) (\S+)(?: \[(\d+):(\d+)\])?$/;
const LONGEST_NAME = 28;
const NO_DROP = '\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n';

/** Reads one line as iptables-restore does. Throws `Refused` where it does not understand it. */
export function readCommand(text: string, line: number, place: Place): Command {
  if (text.startsWith(':')) return readChain(text, line);
  const parts = LINE.exec(text);
  if (parts === null) {
    if (text.startsWith('-')) throw new Unmodelled(`the line ${text}`);
    throw new Refused('usage', line, `Bad argument \`${text.split(' ')[0]}'`);
  }
  const [, packets, bytes, command = '', chain, rest = ''] = parts;
  const counters: Counters = packets === undefined || bytes === undefined ? ZERO : [packets, bytes];
  if (chain === undefined || command === '-F' || command === '-X' || command === '-Z') {
    return { kind: wholeTable(command, rest), chain, line };
  }
  const rule = (words: string) => {
    const normal = normalRule(chain, words, place.family, line);
    if (place.table === 'nat' && normal.target === 'DROP') throw new Refused('usage', line, NO_DROP);
    return normal;
  };
  switch (command) {
    case '-A':
      return { kind: 'add', chain, at: 'end', rule: rule(rest), counters, line };
    case '-I': {
      const [, at, words = ''] = /^(?:(\d+)(?: |$))?(.*)$/.exec(rest) ?? [];
      return { kind: 'add', chain, at: at === undefined ? 1 : numberOf(at, line), rule: rule(words), counters, line };
    }
    case '-R': {
      const [, at = '', words = ''] = /^(\d+)(?: |$)(.*)$/.exec(rest) ?? [];
      return { kind: 'replace', chain, at: numberOf(at, line), rule: rule(words), counters, line };
    }
    case '-D':
      if (/^\d+$/.test(rest)) return { kind: 'delete at', chain, at: numberOf(rest, line), line };
      return { kind: 'delete', chain, rule: rule(rest), line };
    case '-N':
      checkName(chain, line);
      return { kind: 'new', chain, line };
    case '-E':
      checkName(rest, line);
      if (isBuiltin(place.table, chain) && place.backend === 'nft') throw new Unmodelled('-E of a built-in chain');
      return { kind: 'rename', chain, to: rest, line };
    case '-P':
      if (place.table === 'nat' && rest === 'DROP') throw new Refused('usage', line, NO_DROP);
      return { kind: 'policy', chain, policy: rest, line };
    default:
      throw new Unmodelled(`the command ${command}`);
  }
}

function readChain(text: string, line: number): Command {
  const [, chain = '', policy = '', packets = '0', bytes = '0'] = CHAIN.exec(text) ?? [];
  if (chain === '') throw new Unmodelled(`the line ${text}`);
  checkName(chain, line);
  return { kind: 'chain', chain, policy, counters: [packets, bytes], line };
}

function wholeTable(command: string, rest: string): 'flush' | 'remove' | 'zero' {
  const kinds = { '-F': 'flush', '-X': 'remove', '-Z': 'zero' } as const;
  const kind = Object.entries(kinds).find(([name]) => name === command)?.[1];
  if (kind === undefined || rest !== '') throw new Unmodelled(`${command} ${rest}`);
  return kind;
}

function numberOf(word: string, line: number): number {
  if (word === '0') throw new Refused('usage', line, "Invalid rule number `0'");
  return Number(word);
}

function checkName(chain: string, line: number): void {
  if (chain.length > LONGEST_NAME) {
    throw new Refused('usage', line, `chain name \`${chain}' too long (must be under ${LONGEST_NAME + 1} chars)`);
  }
  if (TARGETS[chain] === undefined) return;
  // Names of extensions are taken as names of chains, with a warning; rules could mean either.
  if (!['ACCEPT', 'DROP', 'RETURN'].includes(chain)) throw new Unmodelled(`a chain named ${chain}`);
  throw new Refused('usage', line, 'chain name may not clash with target name');
}
