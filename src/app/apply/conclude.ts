import { toEndOf } from '../../core/connections/to-end.ts';
import type { CountedConnections } from '../../core/connections/wish.ts';
import type { Commit } from '../../core/generation/types.ts';
import { type ReceiptFacts, receiptOf } from '../../core/receipt/receipt-of.ts';
import type { Proof } from '../../core/receipt/types.ts';
import { connectionsDocument } from '../../core/report/connections-document.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import type { ApplyRecord, Attempt } from './attempt.ts';
import { ensureWatched } from './ensure-watched.ts';

/** An apply that waits to be confirmed. */
export type Pending = { readonly id: string; readonly deadline: string; readonly seconds: number };

/** What was proven, and until when the apply waits to be confirmed. */
export type Concluded = { readonly proof: Proof; readonly pending?: Pending; readonly toEnd?: number };

/**
 * The last line of the journal for now, `applied` or `pending`. It decides: before it is on disk a crash goes back, after it a crash keeps. If it cannot be
 * written, everything goes back.
 */
export async function conclude(
  { ports, made, options }: Attempt,
  { journal }: ApplyRecord,
  { refused, ...proof }: Proof & { readonly refused: readonly CountedConnections[] },
  commit: Commit | null,
): Promise<Concluded> {
  const { confirmSeconds } = options;
  const now = ports.clock.now();
  const since = ports.clock.uptime();
  const at = now.toISOString();
  const deadline = confirmSeconds === undefined ? null : new Date(now.getTime() + confirmSeconds * 1000).toISOString();
  const { state, operator, host = '', signer } = options;
  const states = made.about().applied;
  const connections = refused.map(connectionsDocument);
  const facts = { journal: journal.id, at, host, operator, state, states, commit, deadline, signer, connections };
  await prepareReceipt(ports, made, proof, { ...facts, withTraffic: options.withTraffic === true });
  const toEnd = toEndOf(refused);
  const noteToEnd = async () => {
    if (toEnd.length > 0) await journal.append({ kind: 'connections', toEnd });
  };
  if (confirmSeconds === undefined || deadline === null) {
    // A run that is cut off behind the next line leaves them to the one that comes after it.
    await noteToEnd();
    await journal.append({ kind: 'end', at, outcome: 'applied' });
    return { proof };
  }
  await ensureWatched(ports, journal.id, confirmSeconds);
  await noteToEnd();
  await journal.append({ kind: 'pending', deadline, since, due: since + confirmSeconds });
  const count = toEnd.reduce((sum, { connections }) => sum + connections.length, 0);
  const pending = { id: journal.id, deadline, seconds: confirmSeconds };
  return { proof, pending, ...(count === 0 ? {} : { toEnd: count }) };
}

/**
 * Writes down what an apply has done and proven, before it is concluded. An apply does not fail for want of its receipt.
 */
async function prepareReceipt(
  { receipts }: Pick<Ports, 'receipts'>,
  made: MadePlan,
  proof: Proof,
  { withTraffic, ...facts }: Omit<ReceiptFacts, 'traffic'> & { readonly withTraffic: boolean },
): Promise<void> {
  try {
    await receipts.prepare(receiptOf(made, proof, { ...facts, ...(withTraffic ? { traffic: made.traffic() } : {}) }));
  } catch {
    // Going back now would undo good rules for the sake of a record.
  }
}
