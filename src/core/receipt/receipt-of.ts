import { summaryOf } from '../document/summary-of.ts';
import type { Commit } from '../generation/types.ts';
import { namespaceLabel } from '../namespace-label.ts';
import type { Plan } from '../plan/types.ts';
import { transitionsOf } from '../plan-file/transitions.ts';
import type { Proof, Receipt } from './types.ts';

export type ReceiptFacts = {
  readonly journal: string;
  readonly at: string;
  readonly host: string;
  readonly operator: string;
  readonly state: string;
  readonly commit: Commit | null;
  readonly deadline: string | null;
};

/** The receipt of an apply as it is before its fate is known. */
export function receiptOf(plan: Plan, proof: Proof, facts: ReceiptFacts): Omit<Receipt, 'digest'> {
  const { journal, at, host, operator, state, commit, deadline } = facts;
  return {
    format_version: '1.0',
    kind: 'receipt',
    generation: null,
    journal,
    at,
    host,
    operator,
    state,
    commit,
    summary: summaryOf(plan),
    transitions: transitionsOf(plan).map(({ namespace, from, to }) => ({
      namespace: namespaceLabel(namespace),
      from,
      to,
    })),
    tables: plan.steps.map(({ namespace, family, table, backend, before, after }, index) => ({
      namespace: namespaceLabel(namespace),
      family,
      table,
      backend,
      before,
      planned: after,
      live: proof.live[index] ?? '',
    })),
    checks: proof.checks,
    confirm: { deadline, confirmed: false },
  };
}
