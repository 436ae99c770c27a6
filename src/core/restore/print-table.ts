import { printWords } from '../rule-text/print-words.ts';
import type { Chain, Counters, Table, TableName } from '../rules/types.ts';

type PrintOptions = {
  /** Adds the rules' counters, for `iptables-restore --counters`. Policy counters are always there: save prints them always. */
  readonly counters: boolean;
};

/** Restore text that replaces the table, one transaction. The output is a function of the input only. */
export function printTable(table: Table, options: PrintOptions): string {
  const lines = [`*${table.name}`];
  for (const chain of table.chains) lines.push(declaration(chain));
  for (const chain of table.chains) appendRules(lines, chain, options.counters);
  lines.push('COMMIT', '');
  return lines.join('\n');
}

/** iptables-restore does not know quotes in this line and does in a rule. */
function declaration(chain: Chain): string {
  return `:${chain.name} ${chain.policy ?? '-'} ${prefix(chain.counters)}`;
}

function appendRules(lines: string[], chain: Chain, counters: boolean): void {
  const append = `-A ${printWords([chain.name])}`;
  for (const rule of chain.rules) {
    const line = rule.text === '' ? append : `${append} ${rule.text}`;
    lines.push(counters ? `${prefix(rule.counters)} ${line}` : line);
  }
}

function prefix(counters: Counters | undefined): string {
  return counters === undefined ? '[0:0]' : `[${counters[0]}:${counters[1]}]`;
}

/** The part of an output of iptables-save that is one table, without its first and last line; undefined when the table is not there whole. */
export function tableText(saved: string, table: TableName): string | undefined {
  const head = `*${table}\n`;
  const found = saved.startsWith(head) ? 0 : saved.indexOf(`\n${head}`) + 1;
  if (found === 0 && !saved.startsWith(head)) return undefined;
  const start = found + head.length;
  const end = saved.indexOf('\nCOMMIT\n', start - 1);
  return end < 0 ? undefined : saved.slice(start, end + 1);
}
