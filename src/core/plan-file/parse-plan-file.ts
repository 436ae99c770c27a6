import { unseal } from '../sealed/unseal.ts';
import type { PlanFile } from './types.ts';

/** Reads a plan file; see `unseal` for what it throws. Its digest proves that fw wrote it, so its shape is that of its format version. */
export function parsePlanFile(path: string, text: string): PlanFile {
  return unseal(path, text, 'plan') as unknown as PlanFile;
}
