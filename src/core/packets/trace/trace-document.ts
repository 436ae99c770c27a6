import type { Family } from '../../rules/types.ts';
import type { RulePlace } from '../types/traffic.ts';
import type { Trace, TraceStep } from './types.ts';

/** What is known of a rule besides its text. */
export type StepFacts = {
  /** `file:line` of the state. */
  readonly origin?: string | undefined;
  /** The generation that brought the rule, where fw did. */
  readonly generation?: number | undefined;
  readonly operator?: string | undefined;
  /** Whose chain it is: a state, or another program. */
  readonly owner?: string | undefined;
  /** Packets and bytes, where the rules are live. */
  readonly counters?: readonly [packets: string, bytes: string] | undefined;
};

export type FactsOf = (place: RulePlace) => StepFacts;

export type TraceDocument = {
  readonly format_version: '1.0';
  readonly kind: 'trace';
  readonly namespace: string;
  readonly family: Family;
  readonly rules: 'live' | 'desired';
  /** The packet in one line. */
  readonly packet: string;
  readonly notes: readonly string[];
  /** The routes do not say where the packet goes: the verdict holds for the way that the notes suppose. */
  readonly supposed: boolean;
  readonly way: TraceWay;
  /** What the kernel did with the packet on a copy of the rules; absent where it was not asked. */
  readonly kernel?: { readonly agrees: boolean; readonly steps: readonly string[] };
};

export type TraceWay = {
  readonly steps: readonly StepDocument[];
  readonly verdict: string | null;
  readonly detail: string | null;
  readonly decided_by: PlaceDocument | null;
  readonly to: string | null;
  readonly from: string | null;
  /** The open question on which the rest depends, with both ways. */
  readonly question: {
    readonly text: string;
    readonly at: PlaceDocument;
    readonly yes: TraceWay;
    readonly no: TraceWay;
  } | null;
};

type PlaceDocument = {
  readonly table: string;
  readonly chain: string;
  readonly rule: number | null;
  readonly text: string;
  readonly origin: string | null;
  readonly generation: number | null;
  readonly operator: string | null;
  readonly owner: string | null;
  readonly packets: string | null;
};

type StepDocument = {
  readonly kind: TraceStep['kind'];
  readonly at: PlaceDocument;
  readonly action: string | null;
  readonly changes: readonly { readonly what: string; readonly to: string }[];
  readonly may: string | null;
};

export function traceWay({ steps, end }: Trace, facts: FactsOf): TraceWay {
  const outcome = end.kind === 'verdict' ? end.outcome : undefined;
  return {
    steps: steps.map((step) => stepDocument(step, facts)),
    verdict: outcome?.verdict ?? null,
    detail: outcome?.detail ?? (end.kind === 'limit' ? 'too many open questions or rules to follow them all' : null),
    decided_by: outcome === undefined ? null : placeDocument(outcome.by, facts),
    to: outcome?.to ?? null,
    from: outcome?.from ?? null,
    question:
      end.kind !== 'open'
        ? null
        : {
            text: end.question,
            at: placeDocument(end.place, facts),
            yes: traceWay(end.met, facts),
            no: traceWay(end.unmet, facts),
          },
  };
}

function stepDocument(step: TraceStep, facts: FactsOf): StepDocument {
  const base = { kind: step.kind, action: null, changes: [], may: null };
  if (step.kind === 'skipped') {
    const { table, chain, state } = step;
    return { ...base, at: placeDocument({ table, chain, text: `not asked: the packet is ${state}` }, () => ({})) };
  }
  const at = placeDocument(step.place, facts);
  if (step.kind === 'policy') return { ...base, at };
  return { ...base, at, action: step.action.kind, changes: step.changes, may: step.may ?? null };
}

function placeDocument(place: RulePlace, facts: FactsOf): PlaceDocument {
  const { origin, generation, operator, owner, counters } = facts(place);
  return {
    table: place.table,
    chain: place.chain,
    rule: place.number ?? null,
    text: place.text,
    origin: origin ?? null,
    generation: generation ?? null,
    operator: operator ?? null,
    owner: owner ?? null,
    packets: counters?.[0] ?? null,
  };
}
