import type { Backend, Family, TableName } from '../rules/types.ts';
import type { Change, Difference, GoneCounter } from './differences.ts';
import { type OwnedRow, type Owner, rowAddress } from './types.ts';

/** A line of `fw counters --json`. */
export type CounterDocument = {
  readonly type: 'counter';
  readonly address: string;
  readonly namespace: string;
  readonly backend: Backend;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  /** Null for a policy. */
  readonly position: number | null;
  readonly text: string;
  readonly packets: string;
  readonly bytes: string;
  /** False for a policy that may not be counted at all. */
  readonly sure: boolean;
  readonly owner: Owner['kind'];
  readonly state: string | null;
  readonly program: string | null;
  readonly generation: number | null;
  /** True where an earlier apply may have brought it. */
  readonly or_earlier: boolean;
  readonly at: string | null;
  readonly operator: string | null;
  readonly commit: string | null;
  readonly origin: string | null;
  /** Of `--since-last`: then `packets` and `bytes` are what was counted since the last call. */
  readonly change: Change | null;
  /** True where equal rules became more or fewer, so that it is not known which of them is which. */
  readonly unsure: boolean;
};

export type GoneDocument = {
  readonly type: 'gone';
  readonly namespace: string;
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly text: string;
  /** As they were told last. */
  readonly packets: string;
  readonly bytes: string;
};

/** Since when the counters of a namespace are told. */
export type SinceDocument = {
  readonly type: 'since';
  readonly reader: string;
  readonly namespace: string;
  /** Null where the whole counters are told. */
  readonly since: string | null;
  /** Why they are. */
  readonly why: string | null;
  /** True where it is not known whether it is the same namespace as before; it is taken for the same. */
  readonly unsure: boolean;
};

type Since = Pick<SinceDocument, 'namespace'> & {
  readonly since: string | undefined;
  readonly why: string | undefined;
  readonly isUnsure: boolean;
};

export function sinceDocument(reader: string, { namespace, since, why, isUnsure }: Since): SinceDocument {
  return {
    type: 'since',
    reader,
    namespace,
    since: since ?? null,
    why: why?.replaceAll(' ', '_') ?? null,
    unsure: isUnsure,
  };
}

export function goneDocument({ counters, ...place }: GoneCounter): GoneDocument {
  return { type: 'gone', ...place, packets: counters[0], bytes: counters[1] };
}

/** A line of `fw blame --json`: as one of `fw counters`, and the apply once more in `since`, which earlier versions had alone. */
export function blameDocument(row: OwnedRow): object {
  const { change, unsure, ...document } = counterDocument(row);
  if (row.owner.kind !== 'state') return { ...document, type: 'blame' };
  const { kind, state, ...since } = row.owner;
  return { ...document, type: 'blame', since };
}

export function counterDocument(row: OwnedRow | Difference<OwnedRow>): CounterDocument {
  const { namespace, backend, family, table, chain, position, text, counters, isSure, owner } = row;
  const state = owner.kind === 'state' ? owner : undefined;
  return {
    type: 'counter',
    address: rowAddress(row),
    namespace,
    backend,
    family,
    table,
    chain,
    position: position ?? null,
    text,
    packets: counters[0],
    bytes: counters[1],
    sure: isSure,
    owner: owner.kind,
    state: state?.state ?? null,
    program: owner.kind === 'program' ? owner.program : null,
    generation: state?.generation ?? null,
    or_earlier: state?.isOldest ?? false,
    at: state?.at ?? null,
    operator: state?.operator ?? null,
    commit: state?.commit ?? null,
    origin: state?.origin ?? null,
    change: 'change' in row ? row.change : null,
    unsure: 'change' in row && row.isUnsure,
  };
}
