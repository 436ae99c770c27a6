import type { AboutNames } from '../../desired/odd-namespace.ts';
import type { Check } from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LIMITS } from '../../limits.ts';
import type { ReadDocument, WrittenCheck } from '../as-written/written.ts';
import { HOST, resolveNamespaces } from './resolve-namespaces.ts';

const LONGEST_MS = LIMITS.checksTime.most;

/** Counted for a try at least: to start a program takes its time too. */
const SHORTEST_TRY_MS = 1_000;

/** The checks of all documents in path order, each with the namespace it is tried from. `existing` as in `mergeDocuments`. */
export function placeChecks(
  documents: readonly Pick<ReadDocument, 'checks'>[],
  existing: readonly string[] | undefined,
  about?: AboutNames,
): { readonly checks: readonly Check[]; readonly diagnostics: readonly Diagnostic[] } {
  const checks: Check[] = [];
  const diagnostics: Diagnostic[] = [];
  let total = 0;
  for (const written of documents.flatMap(({ checks }) => checks)) {
    const from = resolveNamespaces(written.from === undefined ? [] : [written.from], existing, about);
    diagnostics.push(...from.diagnostics);
    const before = total;
    total += longest(written);
    if (before <= LONGEST_MS && total > LONGEST_MS) diagnostics.push(tooLong(written));
    const [name] = from.names;
    if (name !== undefined)
      checks.push({ ...written, from: name === HOST ? { kind: 'host' } : { kind: 'named', name } });
  }
  return { checks, diagnostics };
}

/** Time until a check has failed for good. */
function longest({ retries, timeoutMs, waitMs }: WrittenCheck): number {
  return (retries + 1) * Math.max(timeoutMs, SHORTEST_TRY_MS) + retries * waitMs;
}

function tooLong({ span }: WrittenCheck): Diagnostic {
  return {
    severity: 'error',
    code: 'state.check',
    message: 'Up to this one the checks can take more than 10 minutes together before an apply is kept',
    span,
    hint: 'Give them fewer `retries`, or a shorter `timeout` or `wait`.',
  };
}
