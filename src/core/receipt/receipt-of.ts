import { approvalOf, type Reviewed } from '../approval/approval-of.ts';
import type { Commit } from '../generation/types.ts';
import type { Traffic } from '../packets/types/traffic.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan } from '../plan/types.ts';
import type { ConnectionsDocument } from '../report/connections-document.ts';
import { summaryOf } from '../report/summary-of.ts';
import { trafficDocument } from '../report/traffic-document.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { setAction } from '../sets/set-action.ts';
import type { Signer } from '../transitions/transitions.ts';
import { transitionsOf } from '../transitions/transitions.ts';
import type { Proof, Receipt, SetReceipt } from './types.ts';

export type ReceiptFacts = {
  readonly journal: string;
  readonly at: string;
  readonly host: string;
  readonly operator: string;
  readonly state: string;
  readonly states: readonly string[];
  readonly commit: Commit | null;
  readonly deadline: string | null;
  readonly signer?: Signer | undefined;
  /** Absent where it was not asked. */
  readonly traffic?: readonly Traffic[] | undefined;
  readonly connections?: readonly ConnectionsDocument[];
};

/** The receipt of an apply as it is before its fate is known. */
export function receiptOf(
  { plan, ...reviewed }: { readonly plan: Plan } & Omit<Reviewed, 'transitions'>,
  proof: Proof,
  facts: ReceiptFacts,
): Omit<Receipt, 'digest'> {
  const { journal, at, host, operator, state, states, commit, deadline, signer, traffic, connections = [] } = facts;
  const transitions = transitionsOf(plan);
  const sets = setSteps(plan);
  return {
    format_version: '1.0',
    kind: 'receipt',
    generation: null,
    journal,
    at,
    host,
    operator,
    state,
    states,
    commit,
    signer: signer ?? null,
    approval: approvalOf({ transitions, ...reviewed }) ?? null,
    summary: summaryOf(plan),
    transitions: transitions.map(({ namespace, from, to }) => ({
      namespace: namespaceLabel(namespace),
      from,
      to,
    })),
    traffic: traffic?.map(trafficDocument) ?? null,
    tables: tableSteps(plan).map(({ namespace, family, table, backend, digests }, index) => ({
      namespace: namespaceLabel(namespace),
      family,
      table,
      backend,
      before: digests.before,
      planned: digests.after,
      live: proof.live[index] ?? '',
    })),
    ...(sets.length === 0 ? {} : { sets: sets.map(setReceipt) }),
    checks: proof.checks,
    ...(connections.length === 0 ? {} : { connections }),
    confirm: { deadline, confirmed: false },
  };
}

function setReceipt(step: SetStep): SetReceipt {
  const { namespace, set, added, removed, counts, digests } = step;
  return {
    namespace: namespaceLabel(namespace),
    set,
    action: setAction(step),
    added,
    removed,
    entries: counts.after,
    before: `sha256:${digests.before}`,
    planned: `sha256:${digests.after}`,
  };
}
