import type { Family, Namespace } from '../rules/types.ts';

/** One direction of a connection. Addresses are as conntrack prints them. */
export type Tuple = {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
};

/** A connection of TCP or UDP in the conntrack table. The reply goes where the first packet was sent to by NAT, so both tuples together tell how it is translated. */
export type Connection = {
  /** Of the entry: one that comes back has another. */
  readonly id: string;
  readonly family: Family;
  readonly protocol: number;
  readonly original: Tuple;
  readonly reply: Tuple;
  /** 0 where conntrack names none. */
  readonly zone: number;
};

/** Whether packets get through: `maybe` where the rules alone do not tell. */
export type Passing = 'yes' | 'no' | 'maybe';

/** A connection that would not be let in any more, or of which no packet passes any more, and what becomes of it. */
export type RefusedConnection = Connection & {
  /** Its packets pass still, since the rules accept connections that run. */
  readonly goesOn: boolean;
  /**
   * `ends`: when its entry is deleted no packet of either side gets through. `socket`: the same, once the socket of this host is closed. `may-return`: the rules may let a packet of
   * one side make a new entry. `stays`: it is translated, and without its entry a packet may leave untranslated; it is never deleted.
   */
  readonly fate: 'ends' | 'socket' | 'may-return' | 'stays';
};

/** Connections of one family of one namespace, before a plan and after it. */
export type ConnectionCount = {
  readonly namespace: Namespace;
  readonly family: Family;
  /** What was found; or why that is not known. */
  readonly found:
    | {
        readonly kind: 'counted';
        /** Connections that were judged. */
        readonly judged: number;
        readonly refused: readonly RefusedConnection[];
        /** Those that passed, and of which the rules alone do not tell whether they would now. */
        readonly open: number;
        /** Entries that are not judged: other protocols, loopback, zones of one direction, no route, too many. */
        readonly others: number;
      }
    | { readonly kind: 'unknown'; readonly because: string };
};
