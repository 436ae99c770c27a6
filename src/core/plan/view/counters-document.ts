import type { Counters } from '../../rules/types.ts';

/** Packets and bytes as strings: the kernel counts in 64 bits. */
export type CountersDocument = { readonly packets: string; readonly bytes: string };

/** Null where nothing counts. */
export function countersDocument(counters: Counters | undefined): CountersDocument | null {
  return counters === undefined ? null : { packets: counters[0], bytes: counters[1] };
}
