import type { Span } from '../diagnostics/span.ts';
import { LIMITS } from '../limits.ts';
import { jumpOf, jumpTarget } from '../rule-text/jumps.ts';
import type { Word } from '../rule-text/lex.ts';
import { printWords } from '../rule-text/print-words.ts';
import { findBadAddressList, splitAddresses } from '../rule-text/split-addresses.ts';
import type { Command, LineProblem } from './parse-command.ts';
import {
  addChain,
  addRules,
  type ChainDraft,
  type CommandPlace,
  removeChain,
  removeRules,
  type TableDraft,
} from './script-table.ts';

const MOST_COMPARISONS = LIMITS.comparisons.most;

type Edit = Extract<Command, { readonly rule: readonly string[] }>;

/** Does to the table what iptables-restore would, or says why it would not. */
export function runCommand(table: TableDraft, command: Command, place: CommandPlace): LineProblem | undefined {
  const { span } = place;
  switch (command.kind) {
    case 'skip':
      return undefined;
    case 'new':
      return problemAt(command.chain, addChain(table, command.chain.value, span));
    case 'append':
    case 'insert':
    case 'replace':
    case 'delete':
      return editRules(table, command, span);
    case 'delete-number':
      return deleteNumber(table, command.chain, command.number);
    case 'policy':
      return setPolicy(table, command, place);
    case 'flush':
    case 'remove':
    case 'zero':
      return command.chain === undefined ? cleanAll(table, command.kind) : cleanOne(table, command.kind, command.chain);
    default:
      return command satisfies never;
  }
}

function editRules(table: TableDraft, command: Edit, span: Span): LineProblem | undefined {
  const chain = table.chains.get(command.chain.value);
  if (chain === undefined) return unknownChain(table, command.chain);
  const bad = findBadAddressList(command.rule);
  if (bad !== undefined) return problemAt(command.chain, bad.why);
  const rules = splitAddresses(command.rule).map((words) => ({ text: printWords(words), span }));
  if (command.kind === 'append') return void addRules(table, chain, chain.rules.length, rules);
  if (command.kind === 'delete') return deleteRules(table, chain, command.chain, rules);
  const number = command.number === undefined ? 1 : parseNumber(command.number.value);
  const last = command.kind === 'insert' ? chain.rules.length + 1 : chain.rules.length;
  if (!(number >= 1 && number <= last)) return badNumber(command.number ?? command.chain, chain);
  if (command.kind === 'replace') {
    if (rules.length > 1) return problemAt(command.chain, 'A rule cannot be replaced by a list of addresses');
    removeRules(table, chain, number - 1, 1);
  }
  return void addRules(table, chain, number - 1, rules.reverse());
}

/** A number as iptables reads it: decimal, octal with a leading 0, hexadecimal with 0x. NaN for anything else. */
function parseNumber(text: string): number {
  if (/^\+?0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  return /^\+?(?:0x[0-9a-f]+|[1-9][0-9]*)$/i.test(text) ? Number(text.replace('+', '')) : Number.NaN;
}

function deleteNumber(table: TableDraft, name: Word, word: Word): LineProblem | undefined {
  const chain = table.chains.get(name.value);
  if (chain === undefined) return unknownChain(table, name);
  const number = parseNumber(word.value);
  if (!(number >= 1 && number <= chain.rules.length)) return badNumber(word, chain);
  return void removeRules(table, chain, number - 1, 1);
}

/**
 * iptables compares rules in the kernel's form, which is not known here. The rule with the same text is surely the one it would take
 * only if no rule before it has the same target.
 */
function deleteRules(
  table: TableDraft,
  chain: ChainDraft,
  name: Word,
  rules: readonly { readonly text: string }[],
): LineProblem | undefined {
  for (const { text } of rules) {
    table.compared += chain.rules.length;
    if (table.compared > MOST_COMPARISONS) return problemAt(name, 'The table has too many deletions by text');
    const index = chain.rules.findIndex((rule) => rule.text === text);
    const target = jumpTarget(text)?.chain;
    const isSure = chain.rules.slice(0, Math.max(index, 0)).every((rule) => jumpOf(rule)?.chain !== target);
    if (index < 0 || !isSure) {
      const message =
        index < 0
          ? 'No rule of the chain is written like this one'
          : 'Which rule this deletes depends on how iptables compares them';
      return {
        message,
        hint: 'Leave out the rule that is not wanted, or delete it by its number.',
        start: name.start,
        end: name.end,
      };
    }
    removeRules(table, chain, index, 1);
  }
  return undefined;
}

function setPolicy(
  table: TableDraft,
  command: Extract<Command, { readonly kind: 'policy' }>,
  place: CommandPlace,
): LineProblem | undefined {
  const chain = table.chains.get(command.chain.value);
  if (chain === undefined) return unknownChain(table, command.chain);
  if (!chain.builtin)
    return problemAt(command.chain, `"${chain.name}" is not a built-in chain of ${table.name} and has no policy`);
  const { start, end } = command.word;
  chain.policy = {
    policy: command.policy,
    span: { file: place.span.file, start: place.lineStart + start, end: place.lineStart + end },
  };
  return undefined;
}

function cleanOne(table: TableDraft, kind: 'flush' | 'remove' | 'zero', name: Word): LineProblem | undefined {
  const chain = table.chains.get(name.value);
  if (chain === undefined) return unknownChain(table, name);
  if (kind === 'remove') return problemAt(name, removeChain(table, chain));
  if (kind === 'flush') removeRules(table, chain, 0, chain.rules.length);
  return undefined;
}

/** In iptables-nft 1.8.9 `-F` without a chain leaves the rules of its own file; in legacy it removes them. */
function cleanAll(table: TableDraft, kind: 'flush' | 'remove' | 'zero'): LineProblem | undefined {
  const chains = [...table.chains.values()];
  const hint = 'Leave the line out: a file of rules begins with empty tables.';
  if (kind === 'flush' && chains.some((chain) => chain.rules.length > 0)) {
    return {
      message: '-F without a chain behind rules means different things to iptables-nft and iptables-legacy',
      hint,
      start: 0,
      end: 2,
    };
  }
  if (kind !== 'remove') return undefined;
  for (const chain of chains) {
    const message = chain.builtin ? undefined : removeChain(table, chain);
    if (message !== undefined) return { message, hint, start: 0, end: 2 };
  }
  return undefined;
}

function problemAt(word: Word, message: string | undefined): LineProblem | undefined {
  return message === undefined ? undefined : { message, start: word.start, end: word.end };
}

function unknownChain(table: TableDraft, { value, start, end }: Word): LineProblem {
  const message = `The table ${table.name} has no chain ${JSON.stringify(value)} here`;
  return { message, hint: `Declare it above with ":${value} - [0:0]".`, start, end };
}

function badNumber({ value, start, end }: Word, chain: ChainDraft): LineProblem {
  return {
    message: `"${value}" is no place in the chain "${chain.name}", which has ${chain.rules.length} rules here`,
    start,
    end,
  };
}
