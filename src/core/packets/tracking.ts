import { MATCHES } from '../extensions/matches.ts';
import { targetsThat } from '../extensions/targets.ts';
import type { Table } from '../rules/types.ts';

/** Matches and targets with which the kernel tracks connections. */
const TRACKING = new RegExp(
  `(?:^| )-[mj] (?:${[
    ...Object.entries(MATCHES).flatMap(([name, { memory }]) => (memory === 'tracks' ? [name] : [])),
    ...targetsThat(({ tracks }) => tracks === true),
  ].join('|')})(?: |$)`,
);

/** Whether something makes the kernel track connections; nat does by itself. What cannot be seen here is taken for no. */
export function usesConntrack(table: Table | undefined): boolean {
  if (table === undefined) return false;
  const isUser = ({ text }: { readonly text: string }) => TRACKING.test(text);
  return table.chains.some(({ rules }) => (table.name === 'nat' ? rules.length > 0 : rules.some(isUser)));
}
