import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';
import { LIMITS } from '../limits.ts';
import { hiddenOption, LONG_NAMES } from '../rule-text/command-options.ts';
import { findClosingQuote, lexRule } from '../rule-text/lex.ts';
import { mayHaveAddressList } from '../rule-text/split-addresses.ts';
import { isTableName } from '../rules/builtin.ts';
import { byteLength } from '../rules/forbidden-character.ts';
import type { Family, TableName } from '../rules/types.ts';
import { declareChain } from './declare-chain.ts';
import { isProblem, type LineProblem, parseCommand } from './parse-command.ts';
import { runCommand } from './run-command.ts';
import { addRules, startTable, type TableDraft } from './script-table.ts';

/** Every beginning of a name that `hiddenOption` knows. */
const BEGINNINGS = LONG_NAMES.flatMap((name) => [...name].map((_, index) => name.slice(0, index + 1)))
  .filter((beginning) => hiddenOption(beginning) !== undefined)
  .join('|');

/**
 * What makes a rule need a closer look: a short option that is not part of a rule, a value written onto its option, a long option
 * that has a short one or may be the beginning of one that has no place in a rule, a slash or quotes in a name that iptables loads a library
 * by, a comment sign, two blanks, a blank at the end.
 */
const ODD = new RegExp(
  `(?:^| )(?:-(?![sdiopjgmf](?: |$)|-)|--(?:${LONG_NAMES.join('|')}|${BEGINNINGS})(?=[ =]|$)|-[mjgp] [^ ]*[/"]|#| |$)`,
);

const LONGEST_LINE = LIMITS.restoreLine.most;

const CODE = 'rules.syntax';

/** A script while it runs. */
export type Script = {
  readonly file: string;
  readonly family: Family;
  readonly isAscii: boolean;
  readonly tables: Map<TableName, TableDraft>;
  readonly diagnostics: Diagnostic[];
  /** `unknown`: inside a table whose name is wrong, so that its lines are not worth a diagnostic each. */
  open: TableDraft | 'unknown' | undefined;
};

/** Does what one line says. `start` is its offset in the file. */
export function readScriptLine(script: Script, line: string, start: number): void {
  const problem = readLine(script, line, start);
  if (problem !== undefined) reportProblem(script, start, problem);
}

export function reportProblem(script: Script, lineStart: number, { message, hint, start, end }: LineProblem): void {
  const span = { file: script.file, start: lineStart + start, end: lineStart + end };
  script.diagnostics.push({ severity: 'error', code: CODE, message, span, ...(hint === undefined ? {} : { hint }) });
}

function readLine(script: Script, line: string, start: number): LineProblem | undefined {
  const { open } = script;
  if (line === '') return undefined;
  if (line.length * 3 > LONGEST_LINE && byteLength(line) > LONGEST_LINE) {
    return wholeLine(
      line,
      `The line is longer than ${LONGEST_LINE} bytes; iptables-restore takes the rest for another line`,
    );
  }
  if (line.startsWith('#')) return undefined;
  if (line.startsWith('*')) return beginTable(script, line, start);
  if (open === undefined) return outside(line);
  if (line.trim() === 'COMMIT') return commit(script, line);
  if (open === 'unknown') return undefined;
  const problem = appendPlainRule(script, open, line, start)
    ? undefined
    : (misplacedLine(line) ?? readCommand(script, open, line, start));
  // A line with two lists of addresses makes 16,000 rules; without a bound a small file could fill the memory.
  if (problem !== undefined || open.added <= LIMITS.rules.most) return problem;
  script.open = 'unknown';
  return wholeLine(line, `The table ${open.name} has more than ${LIMITS.rules.most} rules`);
}

function outside(line: string): LineProblem {
  const hint = line.startsWith('\ufeff')
    ? 'Save the file without a byte order mark.'
    : 'Only empty lines, comments and lines such as *filter may stand outside a table.';
  return wholeLine(line, 'The line stands outside a table', hint);
}

function beginTable(script: Script, line: string, start: number): LineProblem | undefined {
  const isInside = script.open !== undefined;
  if (isInside) commit(script, 'COMMIT');
  // iptables-restore does not look at what follows the name.
  const name = /^\*[ \t]*([^ \t]*)/.exec(line)?.[1] ?? '';
  const isKnown = isTableName(name);
  script.open = isKnown ? startTable(name, lineSpan(script, line, start)) : 'unknown';
  if (isInside) return wholeLine(line, 'A table begins before the COMMIT of the table above');
  const message = `There is no table ${JSON.stringify(name)}`;
  return isKnown ? undefined : wholeLine(line, message, 'The tables are filter, nat, mangle, raw and security.');
}

function commit(script: Script, line: string): LineProblem | undefined {
  const { open, tables } = script;
  script.open = undefined;
  if (typeof open === 'object') {
    const earlier = tables.get(open.name);
    if (earlier !== undefined) script.diagnostics.push(repeated(open, earlier));
    tables.set(open.name, open);
  }
  const message = 'COMMIT has blanks around it, so iptables-restore takes it for a rule';
  return line === 'COMMIT' ? undefined : wholeLine(line, message, 'Write COMMIT and nothing else in the line.');
}

function repeated(second: TableDraft, first: TableDraft): Diagnostic {
  return {
    severity: 'warning',
    code: 'rules.repeated-table',
    message: `The table ${second.name} is here a second time, which removes everything the first one made`,
    span: second.span,
    related: [{ message: 'the first', span: first.span }],
  };
}

/** The way of nearly every line: `-A CHAIN rule`, with counters or without, taken as it stands. */
function appendPlainRule(script: Script, table: TableDraft, line: string, start: number): boolean {
  if (!script.isAscii && /[^ -~]/.test(line)) return false;
  const command = line.startsWith('[') ? line.indexOf('] -A ') + 2 : 0;
  if (!line.startsWith('-A ', command) || (command > 0 && !COUNTERS.test(line))) return false;
  const blank = line.indexOf(' ', command + 3);
  if (blank < 0) return false;
  const chain = table.chains.get(line.slice(command + 3, blank));
  const text = line.slice(blank + 1);
  if (chain === undefined || !isPlainRule(text)) return false;
  addRules(table, chain, chain.rules.length, [{ text, span: lineSpan(script, line, start) }]);
  return true;
}

/** What iptables-restore reads only if it begins in the first column. */
function misplacedLine(line: string): LineProblem | undefined {
  const trimmed = line.trim();
  if (trimmed === '') return wholeLine(line, 'The line holds nothing but blanks', 'Leave it empty.');
  if (!/^[#:*[]/.test(trimmed) || line.startsWith(trimmed.charAt(0))) return undefined;
  return wholeLine(line, `There are blanks before "${trimmed.charAt(0)}"`, 'Begin the line in its first column.');
}

/** iptables-restore reads the numbers only with --counters. */
const COUNTERS = /^\[[^\]:]+:[^\]]+\]/;

function readCommand(script: Script, table: TableDraft, line: string, start: number): LineProblem | undefined {
  const span = lineSpan(script, line, start);
  if (line.startsWith(':')) return declareChain(table, line, { span, lineStart: start });
  const counters = COUNTERS.exec(line)?.[0].length ?? 0;
  if (line.startsWith('[') && counters === 0) return wholeLine(line, 'Counters are written [packets:bytes]');
  const { words, problem } = lexRule(line.slice(counters));
  if (problem !== undefined) return shift(problem, counters);
  if (words.length === 0) return wholeLine(line, 'The line has no command such as -A CHAIN');
  const command = parseCommand(words, script.family);
  if (isProblem(command)) return shift(command, counters);
  const failure = runCommand(table, command, { span, lineStart: start + counters });
  return failure === undefined ? undefined : shift(failure, counters);
}

function shift(problem: LineProblem, by: number): LineProblem {
  return { ...problem, start: problem.start + by, end: problem.end + by };
}

function wholeLine(line: string, message: string, hint?: string): LineProblem {
  const problem = { message, start: 0, end: line.length };
  return hint === undefined ? problem : { ...problem, hint };
}

function lineSpan(script: Script, line: string, start: number): Span {
  return { file: script.file, start, end: start + line.length };
}

/**
 * True if the text behind `-A CHAIN ` is one rule for sure and can stand as it is. False means only that it has to be lexed. The
 * caller has checked that the text is printable ASCII.
 */
function isPlainRule(text: string): boolean {
  if (text.length > 1000 || !(text.startsWith('-') || text.startsWith('!'))) return false;
  const bare = text.includes('"') ? emptyQuotes(text) : text;
  if (bare === undefined || ODD.test(bare)) return false;
  return !text.includes(',') || !mayHaveAddressList(text);
}

/** The text with nothing between quotes, or undefined unless every quoted stretch is a word by itself and no option. */
function emptyQuotes(text: string): string | undefined {
  let bare = '';
  let from = 0;
  for (let open = text.indexOf('"'); open >= 0; open = text.indexOf('"', from)) {
    const close = findClosingQuote(text, open + 1);
    const isWord = text.charAt(open - 1) === ' ' && (close + 1 === text.length || text.charAt(close + 1) === ' ');
    if (close < 0 || !isWord || '-\\'.includes(text.charAt(open + 1))) return undefined;
    bare += `${text.slice(from, open)}""`;
    from = close + 1;
  }
  return bare + text.slice(from);
}
