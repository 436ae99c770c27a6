import { countFates, groupRefused } from '../connections/group-refused.ts';
import type { CountedConnections } from '../connections/wish.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family } from '../rules/types.ts';

/** So many are listed; how many are left out is told. */
const LISTED = 100;

/** Connections of the conntrack table that a plan refuses, of one family of one namespace, under the names of documents, the stream and receipts. */
export type ConnectionsDocument = {
  readonly namespace: string;
  readonly family: Family;
  /** What an apply does with those that are refused. */
  readonly action: 'end-refused' | 'keep';
  /** Why they could not be counted; null where they were, and the numbers are null where they were not. */
  readonly because: string | null;
  readonly judged: number | null;
  readonly refused: number | null;
  /** Of the refused: how many go on, since the rules accept running connections. */
  readonly go_on: number | null;
  /** Of the refused: how many an apply can end, how many may come back then, how many it leaves since they are translated. */
  readonly can_end: number | null;
  readonly may_return: number | null;
  readonly translated: number | null;
  /** Those of which the rules alone do not tell. */
  readonly open: number | null;
  /** Entries that are not judged. */
  readonly not_judged: number | null;
  readonly places: readonly {
    readonly protocol: string;
    readonly destination: string;
    readonly port: number;
    readonly connections: number;
  }[];
  /** Places that are not listed. */
  readonly more_places: number;
};

const UNKNOWN = {
  judged: null,
  refused: null,
  go_on: null,
  can_end: null,
  may_return: null,
  translated: null,
  open: null,
  not_judged: null,
  places: [],
  more_places: 0,
} as const;

export function connectionsDocument({ namespace, family, found, ends }: CountedConnections): ConnectionsDocument {
  const head = { namespace: namespaceLabel(namespace), family, action: ends ? 'end-refused' : 'keep' } as const;
  if (found.kind === 'unknown') return { ...head, because: found.because, ...UNKNOWN };
  const { judged, refused, open, others } = found;
  const { goOn, end, mayReturn, stay } = countFates(refused);
  const places = groupRefused(refused);
  const listed = places.slice(0, LISTED);
  return {
    ...head,
    because: null,
    judged,
    refused: refused.length,
    go_on: goOn,
    can_end: end,
    may_return: mayReturn,
    translated: stay,
    open,
    not_judged: others,
    places: listed,
    more_places: places.length - listed.length,
  };
}
