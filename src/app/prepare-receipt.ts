import type { Commit } from '../core/generation/types.ts';
import type { Signer } from '../core/plan-file/signer.ts';
import { receiptOf } from '../core/receipt/receipt-of.ts';
import type { Proof } from '../core/receipt/types.ts';
import type { Ports } from '../ports.ts';
import type { MadePlan } from './make-plan.ts';

/**
 * Writes down what an apply has done and proven, before it is concluded. An apply does not fail for want of its receipt.
 */
export async function prepareReceipt(
  { receipts }: Pick<Ports, 'receipts'>,
  { plan, checks }: Pick<MadePlan, 'plan' | 'checks'>,
  proof: Proof,
  options: {
    readonly journal: string;
    readonly at: string;
    readonly host: string;
    readonly operator: string;
    readonly state: string;
    readonly commit: Commit | null;
    readonly deadline: string | null;
    readonly signer: Signer | undefined;
  },
): Promise<void> {
  try {
    await receipts.prepare(receiptOf({ plan, checks }, proof, options));
  } catch {
    // Going back now would undo good rules for the sake of a record.
  }
}
