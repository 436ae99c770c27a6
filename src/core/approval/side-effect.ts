import { MATCHES } from '../extensions/matches.ts';
import { usesConntrack } from '../packets/tracking.ts';
import type { TableStep } from '../plan/types.ts';
import type { Table } from '../rules/types.ts';

/** What carrying out a step does beside what its rules do to packets, as part of a sentence; undefined for nothing. */
export function sideEffect({ backend, table, created, before, after }: TableStep): string | undefined {
  // The kernel tracks connections for nat as soon as the table is there.
  if (created && table === 'nat') return 'it begins the table nat, and the kernel to track connections';
  // A full table of connections drops packets, and fragments are put together before rules see them.
  if (usesConntrack(before) !== usesConntrack(after)) return 'the kernel may begin or end to track connections';
  // The legacy backend loads the whole table anew, and what rules remember (`limit`, `quota`) begins again.
  if (backend === 'legacy' && before !== undefined && remembers(before)) {
    return 'the table is loaded anew, and holds rules that remember packets';
  }
  return undefined;
}

const FORGETFUL = Object.entries(MATCHES).flatMap(([name, { memory }]) =>
  memory === undefined || memory === 'counts' ? [] : [name],
);
/** A match of which it is not known that it remembers nothing. A limit in front of a log keeps packets from the log, no more. */
const REMEMBERING = new RegExp(`(?:^| )-m (?!(?:${FORGETFUL.join('|')}) )\\S`);
const LIMITED_LOG = /^(?:-[sdiop] \S+ |-p \S+ -m \S+ --\S+ \S+ )*-m limit (?:--limit\S* \S+ )+-j LOG(?: |$)/;

function remembers({ chains }: Table): boolean {
  return chains.some(({ rules }) => rules.some(({ text }) => REMEMBERING.test(text) && !LIMITED_LOG.test(text)));
}
