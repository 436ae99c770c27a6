import { FwError } from '../errors.ts';
import { unseal } from '../sealed/unseal.ts';
import { findLie } from './find-lie.ts';
import type { PlanFile } from './types.ts';

/**
 * Reads a plan file; see `unseal` for what it throws. Its digest proves that it was neither cut nor altered by accident, so its shape is that of
 * its format version; anybody can make a digest, so what it shows is also held against what it does.
 */
export function parsePlanFile(path: string, text: string): PlanFile {
  const file = unseal(path, text, 'plan') as unknown as PlanFile;
  const lie = findLieIn(file);
  if (lie === undefined) return file;
  throw new FwError('plan.unreadable', `${path} cannot be used: ${lie}`);
}

/** A file that somebody made up may lack anything. */
function findLieIn(file: PlanFile): string | undefined {
  try {
    return findLie(file);
  } catch {
    return 'it is not as a plan of its format is';
  }
}
