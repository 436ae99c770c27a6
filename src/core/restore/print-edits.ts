import { LIMITS } from '../limits.ts';
import { byteLength, nameCharacter } from '../rules/forbidden-character.ts';
import type { Counters, TableName } from '../rules/types.ts';
import type { Edit, Transaction } from './edit.ts';

const LONGEST_LINE = LIMITS.restoreLine.most;

const printed = new WeakMap<Transaction, string>();

/**
 * Text for `iptables-restore --noflush --counters`, one commit for each transaction; '' where there is none. The text of a step is made
 * here alone, and nothing reads it back; print-table.ts prints a table as a whole. Throws for an edit that no line can carry.
 */
export function printEdits(table: TableName, transactions: readonly Transaction[]): string {
  return transactions.map((edits) => printTransaction(table, edits)).join('');
}

/** The text of one transaction, which is made once: rehearsal, journal and commit ask for the same. */
export function printTransaction(table: TableName, edits: Transaction): string {
  const known = printed.get(edits);
  // Transactions are lists of one table each, so the first line tells whether it was that one.
  if (known?.startsWith(`*${table}\n`) === true) return known;
  const text = [`*${table}`, ...edits.map(printEdit), 'COMMIT', ''].join('\n');
  printed.set(edits, text);
  return text;
}

function printEdit(edit: Edit): string {
  return checkedLine(editLine(edit));
}

function editLine(edit: Edit): string {
  const chain = chainWord(edit.chain);
  switch (edit.kind) {
    case 'new chain':
      return `-N ${chain}`;
    case 'flush':
      return `-F ${chain}`;
    case 'delete chain':
      return `-X ${chain}`;
    case 'delete at':
      return `-D ${chain} ${edit.place}`;
    case 'delete rule':
      return edit.text === '' ? `-D ${chain}` : `-D ${chain} ${edit.text}`;
    case 'insert':
      return `${countersPrefix(edit.counters)}-I ${chain} ${edit.place} ${edit.text}`;
    case 'append':
      return `${countersPrefix(edit.counters)}-A ${chain} ${edit.text}`;
    case 'policy':
      return `:${chain} ${edit.policy} ${countersWord(edit.counters)}`;
    default:
      return edit satisfies never;
  }
}

/** A chain name must be one word that reads back as itself; the kernel itself allows more than iptables-restore can read. */
function chainWord(chain: string): string {
  if (!/^[^\s"'\\!:-][^\s"'\\]*$/.test(chain)) {
    throw new Error(`Chain name ${JSON.stringify(chain)} cannot be written to restore text`);
  }
  return chain;
}

function countersPrefix(counters: Counters | undefined): string {
  return counters === undefined ? '' : `${countersWord(counters)} `;
}

function countersWord(counters: Counters): string {
  if (!counters.every((count) => /^\d{1,20}$/.test(count))) {
    throw new Error(`Counters ${JSON.stringify(counters)} cannot be written to restore text`);
  }
  return `[${counters[0]}:${counters[1]}]`;
}

/**
 * The last look before a line goes to iptables-restore. What a state says was checked where it was read; the text of a live rule may hold
 * an escape character or a byte that is no UTF-8 and must come back as it was, but nothing may end the line.
 */
function checkedLine(line: string): string {
  const end = line.search(/[\n\0]/);
  if (end >= 0) {
    throw new Error(`${nameCharacter(line, end)} cannot be written to restore text: ${JSON.stringify(line)}`);
  }
  if (byteLength(line) > LONGEST_LINE) {
    throw new Error(
      `A line of more than ${LONGEST_LINE} bytes cannot be written to restore text: ${line.slice(0, 200)}...`,
    );
  }
  return line;
}
