import { type ReceiptFacts, receiptOf } from '../../core/receipt/receipt-of.ts';
import type { Proof } from '../../core/receipt/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MadePlan } from '../plan/make-plan.ts';

/**
 * Writes down what an apply has done and proven, before it is concluded. An apply does not fail for want of its receipt.
 */
export async function prepareReceipt(
  { receipts }: Pick<Ports, 'receipts'>,
  { plan, checks }: Pick<MadePlan, 'plan' | 'checks'>,
  proof: Proof,
  facts: ReceiptFacts,
): Promise<void> {
  try {
    await receipts.prepare(receiptOf({ plan, checks }, proof, facts));
  } catch {
    // Going back now would undo good rules for the sake of a record.
  }
}
