import type { NumberedGeneration } from '../generation/types.ts';
import type { AnewSince } from '../identity/find-made-anew.ts';
import { hasChanges } from '../plan/count-changes.ts';
import type { Plan } from '../plan/types.ts';
import { listChanges } from '../plan/view/list-changes.ts';
import type { ResourceChange } from '../plan/view/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Namespace } from '../rules/types.ts';
import type { ForeignDrift } from './drift/foreign-drift.ts';
import { type AnewDocument, anewDocuments } from './made-anew-document.ts';
import { summaryOf } from './summary-of.ts';
import type { PlacedDiagnostic, SummaryDocument } from './types.ts';

/** `fw drift --json`: what happened to the live rules since a generation. A rule that came is `create`, one that went `delete`. */
export type DriftDocument = {
  readonly format_version: '1.0';
  readonly kind: 'drift';
  readonly in_sync: boolean;
  readonly since: { readonly generation: number; readonly at: string; readonly operator: string };
  /** Names of the states that were looked at. */
  readonly states: readonly string[];
  /** Namespaces of the generation that are not there any more. */
  readonly gone: readonly string[];
  /** Namespaces that are not those that were applied to. */
  readonly anew: readonly AnewDocument[];
  readonly resource_drift: readonly ResourceChange[];
  readonly diagnostics: readonly PlacedDiagnostic[];
  /** With `--foreign`: what others changed, since when each table is known, and the tables of which nothing is known. */
  readonly foreign?: {
    readonly resource_drift: readonly ResourceChange[];
    readonly since: ForeignDrift['since'];
    readonly unknown: ForeignDrift['unknown'];
  };
  readonly summary: SummaryDocument;
};

export function driftDocument(
  found: {
    readonly plan: Plan;
    readonly states: readonly string[];
    readonly gone: readonly Namespace[];
    readonly anew: readonly AnewSince[];
    readonly foreign?: ForeignDrift | undefined;
  },
  { number, generation }: NumberedGeneration,
  diagnostics: readonly PlacedDiagnostic[],
): DriftDocument {
  const { at, operator } = generation;
  const { plan, states, gone, anew, foreign } = found;
  return {
    format_version: '1.0',
    kind: 'drift',
    in_sync: !hasChanges(plan) && gone.length === 0,
    since: { generation: number, at, operator },
    states,
    gone: gone.map(namespaceLabel),
    anew: anewDocuments(anew),
    resource_drift: listChanges(plan),
    diagnostics,
    ...(foreign === undefined
      ? {}
      : { foreign: { resource_drift: listChanges(foreign.plan), since: foreign.since, unknown: foreign.unknown } }),
    summary: summaryOf(plan),
  };
}
