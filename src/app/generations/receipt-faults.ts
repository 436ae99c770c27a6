import { FwError } from '../../core/diagnostics/errors.ts';
import { KEPT_RECEIPTS } from '../../core/generation/expired.ts';
import type { Ports } from '../../ports/ports.ts';

export type ReceiptFault = 'missing' | 'damaged';

/** A generation that was recorded where nothing was to be done has the id of no process: there was no apply, and no receipt. */
const RECORDED = /-0$/;

/**
 * Generations of applies whose receipt is not there, or not as fw wrote it, as when somebody removed or changed the file. Receipts decide nothing, so nothing fails for them; that is why it
 * has to be told. What an earlier version of fw wrote, and what is too old to have a receipt, is left out. `only`: the one generation to look at.
 */
export async function receiptFaults(
  { generations, receipts }: Pick<Ports, 'generations' | 'receipts'>,
  only?: number,
): Promise<ReadonlyMap<number, ReceiptFault>> {
  const heads = await generations.heads();
  const newest = heads.at(-1)?.number ?? 0;
  const waiting = new Set(await receipts.pending());
  const faults = new Map<number, ReceiptFault>();
  for (const { number, isEarlier, journal } of heads) {
    if (only !== undefined && number !== only) continue;
    if (isEarlier || journal === undefined || RECORDED.test(journal) || waiting.has(journal)) continue;
    if (number <= newest - KEPT_RECEIPTS) continue;
    const fault = await faultOf(receipts, number);
    if (fault !== undefined) faults.set(number, fault);
  }
  return faults;
}

async function faultOf(receipts: Ports['receipts'], number: number): Promise<ReceiptFault | undefined> {
  try {
    return (await receipts.read(number)) === undefined ? 'missing' : undefined;
  } catch (error) {
    if (error instanceof FwError && error.code === 'plan.unreadable') return 'damaged';
    throw error;
  }
}
