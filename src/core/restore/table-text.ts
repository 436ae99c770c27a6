import type { TableName } from '../rules/types.ts';

/** The part of an output of iptables-save that is one table, without its first and last line; undefined when the table is not there whole. */
export function tableText(saved: string, table: TableName): string | undefined {
  const head = `*${table}\n`;
  const found = saved.startsWith(head) ? 0 : saved.indexOf(`\n${head}`) + 1;
  if (found === 0 && !saved.startsWith(head)) return undefined;
  const start = found + head.length;
  const end = saved.indexOf('\nCOMMIT\n', start - 1);
  return end < 0 ? undefined : saved.slice(start, end + 1);
}
