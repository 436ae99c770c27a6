import type { BackendChoice } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import type { BeforeFw } from '../../core/generation-zero/types.ts';
import type { Receipt } from '../../core/receipt/types.ts';
import { reportOfFile } from '../../core/report/report-of-file.ts';
import { shownLive } from '../../core/report/shown/of-live.ts';
import type { ShownTable } from '../../core/report/shown/types.ts';
import type { PlanReport, SignatureFacts } from '../../core/report/types.ts';
import { sha256 } from '../../core/text/sha256.ts';
import type { Ports } from '../../ports/ports.ts';
import { type GenerationChoice, pickGeneration } from '../generations/pick-generation.ts';
import { readBefore } from '../generations/read-before.ts';
import { type ReceiptFault, receiptFaults } from '../generations/receipt-faults.ts';
import { readForImport } from '../import/read-for-import.ts';
import { warnLeftOut } from '../import/warn-left-out.ts';
import { parsePlanBytes } from '../plan/load-plan-file.ts';
import { warnOtherBackend } from '../plan/other-backend.ts';

/** Something that can be shown. */
export type Subject =
  | { readonly kind: 'plan'; readonly report: PlanReport }
  | { readonly kind: 'generation'; readonly numbered: NumberedGeneration; readonly receipt: ReceiptFault | undefined }
  | { readonly kind: 'before'; readonly record: BeforeFw }
  | { readonly kind: 'live'; readonly shown: readonly ShownTable[]; readonly warnings: readonly Diagnostic[] }
  | { readonly kind: 'receipt'; readonly number: number; readonly receipt: Receipt };

/**
 * Reads what `fw show` was asked for: `live`, the number of a generation (0 for what was there before fw), `last`, `previous`, `receipt-N`, or else a file of `fw plan --out`.
 * Only `live` needs root. A file of such a name is meant by `./live`.
 */
export async function readSubject(
  ports: Ports,
  what: string,
  options: {
    readonly namespaces: readonly string[];
    /** Of `live`. */
    readonly backend: BackendChoice;
    readonly allowedSigners: string | undefined;
    /** Of a saved plan: whether it tells what becomes of traffic. */
    readonly withTraffic: boolean;
  },
): Promise<Subject> {
  const { namespaces, allowedSigners, withTraffic } = options;
  if (what === 'live') {
    const live = await readForImport(ports, namespaces, options.backend);
    return {
      kind: 'live',
      shown: shownLive(live),
      warnings: [...(await warnLeftOut(ports, namespaces)), ...warnOtherBackend(live)],
    };
  }
  if (/^0{1,9}$/.test(what)) return { kind: 'before', record: await readBefore(ports) };
  if (/^[0-9]{1,9}$/.test(what)) {
    return readGeneration(ports, Number(what));
  }
  if (what === 'last' || what === 'previous') {
    return readGeneration(ports, what);
  }
  const [, number] = /^receipt-([0-9]{1,9})$/.exec(what) ?? [];
  if (number !== undefined) return readReceipt(ports, Number(number));
  return { kind: 'plan', report: await readPlan(ports, what, withTraffic, allowedSigners) };
}

async function readGeneration(ports: Ports, choice: GenerationChoice): Promise<Subject> {
  const numbered = await pickGeneration(ports, choice);
  return { kind: 'generation', numbered, receipt: (await receiptFaults(ports, numbered.number)).get(numbered.number) };
}

/** With allowed signers the signature is verified before the plan is read; else the key that made it is shown, where there is one. */
async function readPlan(
  ports: Ports,
  path: string,
  withTraffic: boolean,
  allowedSigners: string | undefined,
): Promise<PlanReport> {
  const file = `${path}.sig`;
  const bytes = await ports.planFiles.readBytes(path);
  // Nothing of a file that has to be signed is read before its signature is verified.
  const signer = allowedSigners === undefined ? undefined : await ports.signatures.verify(path, bytes, allowedSigners);
  const report = (signature?: SignatureFacts): PlanReport => ({
    ...reportOfFile(plan, withTraffic, signature),
    file_digest: sha256(bytes),
  });
  const plan = parsePlanBytes(path, bytes);
  if (signer !== undefined) return report({ file, ...signer, problem: null });
  if (!(await ports.signatures.isBeside(path))) return report();
  try {
    return report({ file, key: await ports.signatures.check(path, bytes), principal: null, problem: null });
  } catch (error) {
    if (!(error instanceof FwError)) throw error;
    return report({ file, key: null, principal: null, problem: error.message });
  }
}

async function readReceipt(ports: Ports, number: number): Promise<Subject> {
  const { receipts, generations } = ports;
  const receipt = await receipts.read(number);
  if (receipt !== undefined) return { kind: 'receipt', number, receipt };
  const kept = (await generations.numbers()).includes(number) ? await generations.read(number) : undefined;
  if (kept !== undefined && (await receipts.pending()).includes(kept.generation.journal)) {
    throw new FwError('generation.missing', `the receipt of generation ${number} is written and not filed yet`, {
      next: 'The apply was cut off after it was kept. The next fw apply or fw rollback files it, also where it changes nothing.',
    });
  }
  if (kept === undefined || !(await receiptFaults(ports, number)).has(number))
    throw new FwError('generation.missing', `there is no receipt of generation ${number}`);
  throw new FwError('generation.missing', `the receipt of generation ${number} is missing`, {
    next: 'It was removed, or could not be written when the apply was kept. fw history and fw log tell what else is known of the apply.',
  });
}
