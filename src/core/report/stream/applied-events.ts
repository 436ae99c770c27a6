import type { EndedConnections } from '../../connections/ended.ts';
import { setSteps, tableSteps } from '../../plan/in-order.ts';
import type { Plan } from '../../plan/types.ts';
import { setAddress } from '../../plan/view/set-change.ts';
import type { Proof } from '../../receipt/types.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import { endedDocument } from '../ended-document.ts';
import type { StreamEvent } from './types.ts';

/** What an apply has proven, and what it waits for. */
export function appliedEvents(
  plan: Plan,
  applied: {
    readonly proof?: Proof;
    readonly pending?: { readonly id: string; readonly deadline: string };
    readonly ended?: EndedConnections;
  },
): readonly StreamEvent[] {
  const { proof, pending, ended } = applied;
  return [
    ...(proof === undefined ? [] : [verifiedEvent(plan, proof)]),
    ...(ended === undefined ? [] : [endedEvent(ended)]),
    ...(pending === undefined ? [] : [pendingEvent(pending)]),
  ];
}

function verifiedEvent(plan: Plan, { live, checks }: Proof): StreamEvent {
  const tables = tableSteps(plan).map(({ namespace, family, table }, index) => ({
    address: `${namespaceLabel(namespace)}/${family}/${table}`,
    digest: live[index] ?? null,
  }));
  const sets = setSteps(plan).map((step) => ({ address: setAddress(step), entries: step.counts.after }));
  const what = sets.length === 0 ? '' : ` and ${count(sets.length, 'set')}`;
  const message = `${count(tables.length, 'table')}${what} read back as planned, ${count(checks.length, 'check')} passed`;
  return { type: 'verify', level: 'info', message, fields: { status: 'complete', tables, sets, checks } };
}

function endedEvent(connections: EndedConnections): StreamEvent {
  const document = endedDocument(connections);
  const goOn = document.came_back + document.left;
  return {
    type: 'connections_ended',
    level: goOn + document.problems.length === 0 ? 'info' : 'warn',
    message: `${count(document.ended, 'connection')} ended, ${goOn} not`,
    fields: { connections: document },
  };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function pendingEvent({ id, deadline }: { readonly id: string; readonly deadline: string }): StreamEvent {
  const message = `Goes back by itself at ${deadline} unless it is confirmed: fw confirm ${id}`;
  return { type: 'confirm_pending', level: 'warn', message, fields: { confirm: { id, deadline } } };
}
