import { FwError } from '../../core/diagnostics/errors.ts';
import { parsePlanFile } from '../../core/plan-file/parse-plan-file.ts';
import type { PlanFile } from '../../core/plan-file/types.ts';
import type { Signer } from '../../core/transitions/transitions.ts';
import type { Ports } from '../../ports/ports.ts';

/** Reads a saved plan. Needs no root and no live rules. */
export async function loadPlanFile(ports: Pick<Ports, 'planFiles'>, path: string): Promise<PlanFile> {
  return parsePlanFile(path, await ports.planFiles.read(path));
}

/**
 * Reads a saved plan that must be signed by a signer that the allowed-signers file names; without such a file it is read like any other. The file is
 * read once, and nothing of it is believed before the signature of exactly these bytes is verified.
 */
export async function loadSignedPlan(
  ports: Pick<Ports, 'planFiles' | 'signatures'>,
  path: string,
  allowedSigners: string | undefined,
): Promise<{ readonly file: PlanFile; readonly signer?: Signer }> {
  if (allowedSigners === undefined) return { file: await loadPlanFile(ports, path) };
  const bytes = await ports.planFiles.readBytes(path);
  const signer = await ports.signatures.verify(path, bytes, allowedSigners);
  return { file: parsePlanBytes(path, bytes), signer };
}

/** A plan file as it is on disk. See `parsePlanFile`. */
export function parsePlanBytes(path: string, bytes: Uint8Array): PlanFile {
  return parsePlanFile(path, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
}

/** Throws `plan.stale` for a plan whose time is over. */
export function checkNotExpired(ports: Pick<Ports, 'clock'>, path: string, file: PlanFile): void {
  // Both are moments: as texts a year of five digits would stand before this one.
  if (ports.clock.now().getTime() < Date.parse(file.expires)) return;
  throw new FwError('plan.stale', `${path} expired at ${file.expires}`);
}
