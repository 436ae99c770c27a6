import type { NumberedGeneration } from '../generation/types.ts';
import type { AnewSince } from '../identity/find-made-anew.ts';
import { hasChanges } from '../plan/count-changes.ts';
import type { Plan } from '../plan/types.ts';
import { listChanges } from '../plan/view/list-changes.ts';
import type { ResourceChange } from '../plan/view/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Namespace } from '../rules/types.ts';
import { type AnewDocument, anewDocuments } from './made-anew-document.ts';
import { summaryOf } from './summary-of.ts';
import type { PlacedDiagnostic, SummaryDocument } from './types.ts';

/** `fw drift --json`: what happened to the live rules since a generation. A rule that came is `create`, one that went `delete`. */
type DriftDocument = {
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
  readonly summary: SummaryDocument;
};

export function driftDocument(
  found: {
    readonly plan: Plan;
    readonly states: readonly string[];
    readonly gone: readonly Namespace[];
    readonly anew: readonly AnewSince[];
  },
  { number, generation }: NumberedGeneration,
  diagnostics: readonly PlacedDiagnostic[],
): DriftDocument {
  const { at, operator } = generation;
  const { plan, states, gone, anew } = found;
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
    summary: summaryOf(plan),
  };
}
