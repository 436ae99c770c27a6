import type { BackendChoice } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import type { BeforeFw } from '../../core/generation-zero/types.ts';
import type { Receipt } from '../../core/receipt/types.ts';
import { reportOfFile } from '../../core/report/report-of-file.ts';
import { shownLive } from '../../core/report/shown/of-live.ts';
import type { ShownTable } from '../../core/report/shown/types.ts';
import type { PlanReport } from '../../core/report/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { pickGeneration } from '../generations/pick-generation.ts';
import { readBefore } from '../generations/read-before.ts';
import { readForImport } from '../import/read-for-import.ts';
import { loadPlanFile, loadSignedPlan, parsePlanBytes } from '../plan/load-plan-file.ts';
import { warnOtherBackend } from '../plan/other-backend.ts';

/** Something that can be shown. */
export type Subject =
  | { readonly kind: 'plan'; readonly report: PlanReport }
  | { readonly kind: 'generation'; readonly numbered: NumberedGeneration }
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
    return { kind: 'live', shown: shownLive(live), warnings: warnOtherBackend(live) };
  }
  if (/^0{1,9}$/.test(what)) return { kind: 'before', record: await readBefore(ports) };
  if (/^[0-9]{1,9}$/.test(what)) {
    return { kind: 'generation', numbered: await pickGeneration(ports, Number(what)) };
  }
  if (what === 'last' || what === 'previous') {
    return { kind: 'generation', numbered: await pickGeneration(ports, what) };
  }
  const [, number] = /^receipt-([0-9]{1,9})$/.exec(what) ?? [];
  if (number !== undefined) return readReceipt(ports, Number(number));
  return { kind: 'plan', report: await readPlan(ports, what, withTraffic, allowedSigners) };
}

/** With allowed signers the signature is verified before the plan is read; else the key that made it is shown, where there is one. */
async function readPlan(
  ports: Ports,
  path: string,
  withTraffic: boolean,
  allowedSigners: string | undefined,
): Promise<PlanReport> {
  const file = `${path}.sig`;
  if (allowedSigners !== undefined) {
    const { file: plan, signer } = await loadSignedPlan(ports, path, allowedSigners);
    return reportOfFile(plan, withTraffic, { file, key: null, principal: null, ...signer, problem: null });
  }
  if (!(await ports.signatures.isBeside(path))) return reportOfFile(await loadPlanFile(ports, path), withTraffic);
  const bytes = await ports.planFiles.readBytes(path);
  const plan = parsePlanBytes(path, bytes);
  try {
    return reportOfFile(plan, withTraffic, {
      file,
      key: await ports.signatures.check(path, bytes),
      principal: null,
      problem: null,
    });
  } catch (error) {
    if (!(error instanceof FwError)) throw error;
    return reportOfFile(plan, withTraffic, { file, key: null, principal: null, problem: error.message });
  }
}

async function readReceipt({ receipts, generations }: Ports, number: number): Promise<Subject> {
  const receipt = await receipts.read(number);
  if (receipt !== undefined) return { kind: 'receipt', number, receipt };
  const kept = (await generations.numbers()).includes(number) ? await generations.read(number) : undefined;
  if (kept !== undefined && (await receipts.pending()).includes(kept.generation.journal)) {
    throw new FwError('generation.missing', `the receipt of generation ${number} is written and not filed yet`, {
      next: 'The apply was cut off after it was kept. The next fw apply or fw rollback files it, also where it changes nothing.',
    });
  }
  throw new FwError('generation.missing', `there is no receipt of generation ${number}`);
}
