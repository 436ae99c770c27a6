import { FwError } from '../core/diagnostics/errors.ts';
import type { Carried, Change } from './batch-types.ts';
import type { MemoryDocument } from './call-types.ts';
import type { FirewallError } from './firewall-error.ts';
import { readDocuments } from './memory-state.ts';

/** The documents of a state by their paths. */
export type Documents = ReadonlyMap<string, MemoryDocument>;

/** A change that waits, and how its caller is told what became of it. */
export type Request = {
  /** Later ones win where two are about one path. */
  readonly number: number;
  readonly put: Documents;
  readonly remove: ReadonlySet<string>;
  readonly resolve: (carried: Carried) => void;
  readonly reject: (error: FirewallError) => void;
};

/** Throws `usage`, or `state.invalid` beyond a bound, for what could be no change whatever the others are. */
export function checkChange({ put = [], remove = [] }: Change): Pick<Request, 'put' | 'remove'> {
  const documents = readDocuments(put);
  if (!Array.isArray(remove) || remove.some((path) => typeof path !== 'string'))
    throw new FwError('usage', 'remove is no list of paths');
  const both = remove.find((path) => documents.has(path));
  if (both !== undefined) throw new FwError('usage', `${both} is both put and removed by one change`);
  return { put: documents, remove: new Set(remove) };
}

/** The documents with some changes, in the order in which they were asked for. */
export function documentsWith(kept: Documents, requests: readonly Request[]): Documents {
  const documents = new Map(kept);
  for (const { put, remove } of inOrder(requests)) {
    for (const path of remove) documents.delete(path);
    for (const [path, document] of put) documents.set(path, document);
  }
  return documents;
}

function inOrder(requests: readonly Request[]): readonly Request[] {
  return [...requests].sort((one, other) => one.number - other.number);
}
