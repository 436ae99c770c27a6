import { FwError } from '../errors.ts';
import { seal } from '../sealed/seal.ts';
import { unseal } from '../sealed/unseal.ts';
import { findLie, withOwnNotes } from './find-lie.ts';
import { PLAN_FILE } from './plan-shape.ts';
import type { PlanFile } from './types.ts';

/**
 * Reads a plan file; see `unseal` for what it throws. Its digest proves that it was neither cut nor altered by accident. Anybody can make a
 * digest, so nothing of the file is believed: its shape is looked at to the last key, and what it shows is held against what it does.
 */
export function parsePlanFile(path: string, text: string): PlanFile {
  const content = unseal(path, text, 'plan');
  const shape = PLAN_FILE(content, 'plan file');
  if (shape !== undefined) throw refused(path, `it is not as a plan of its format is: ${shape}`);
  const { digest, ...sealed } = content;
  // A key that stands in an object twice is another one for other readers, and the digest is made of what was read.
  if (seal(sealed).trimEnd() !== text.trimEnd()) throw refused(path, 'it is not written as fw writes plans');
  const file = content as unknown as PlanFile;
  const lie = findLieIn(file);
  if (lie !== undefined) throw refused(path, lie);
  return withOwnNotes(file);
}

/** What is of the right shape may still be what no function of fw was made for. */
function findLieIn(file: PlanFile): string | undefined {
  try {
    return findLie(file);
  } catch {
    return 'it is not as a plan of its format is';
  }
}

function refused(path: string, why: string): FwError {
  return new FwError('plan.unreadable', `${path} cannot be used: ${why}`);
}
