import { reportOfFile } from '../core/document/report-of-file.ts';
import type { PlanReport } from '../core/document/types.ts';
import { FwError } from '../core/errors.ts';
import type { NumberedGeneration } from '../core/generation/types.ts';
import { heldLive } from '../core/held/of-live.ts';
import type { HeldTable } from '../core/held/types.ts';
import type { Receipt } from '../core/receipt/types.ts';
import type { Ports } from '../ports.ts';
import { loadPlanFile } from './load-plan-file.ts';
import { pickGeneration } from './pick-generation.ts';
import { readForImport } from './read-for-import.ts';

/** Something that can be shown. */
export type Subject =
  | { readonly kind: 'plan'; readonly report: PlanReport }
  | { readonly kind: 'generation'; readonly numbered: NumberedGeneration }
  | { readonly kind: 'live'; readonly held: readonly HeldTable[] }
  | { readonly kind: 'receipt'; readonly number: number; readonly receipt: Receipt };

/**
 * Reads what `fw show` was asked for: `live`, the number of a generation, `last`, `previous`, `receipt-N`, or else a file of `fw plan --out`.
 * Only `live` needs root. A file of such a name is meant by `./live`.
 */
export async function readSubject(ports: Ports, what: string, namespaces: readonly string[]): Promise<Subject> {
  if (what === 'live') return { kind: 'live', held: heldLive(await readForImport(ports, namespaces)) };
  if (/^[0-9]{1,9}$/.test(what)) {
    return { kind: 'generation', numbered: await pickGeneration(ports, Number(what)) };
  }
  if (what === 'last' || what === 'previous') {
    return { kind: 'generation', numbered: await pickGeneration(ports, what) };
  }
  const [, number] = /^receipt-([0-9]{1,9})$/.exec(what) ?? [];
  if (number !== undefined) return readReceipt(ports, Number(number));
  return { kind: 'plan', report: reportOfFile(await loadPlanFile(ports, what)) };
}

async function readReceipt({ receipts }: Ports, number: number): Promise<Subject> {
  const receipt = await receipts.read(number);
  if (receipt !== undefined) return { kind: 'receipt', number, receipt };
  throw new FwError('generation.missing', `there is no receipt of generation ${number}`);
}
