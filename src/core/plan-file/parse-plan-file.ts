import { FwError } from '../diagnostics/errors.ts';
import { readNamespaces } from '../generation/stored-namespaces.ts';
import { inOrder } from '../plan/in-order.ts';
import { stepLabel } from '../plan/progress.ts';
import { readSetStep, readStep } from '../plan/stored-step.ts';
import type { TableStep } from '../plan/types.ts';
import { seal, unseal } from '../seal/seal.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { PLAN_FILE } from './plan-shape.ts';
import { findMismatch, findOtherText, withOwnEdits } from './prove-file.ts';
import type { PlanFile, StoredPlanFile } from './types.ts';

/**
 * Reads a plan file; see `unseal` for what it throws. Its digest proves that it was neither cut nor altered by accident. Anybody can make a
 * digest, so nothing of the file is believed: its shape is looked at to the last key, and what it shows is compared with what it does.
 */
export function parsePlanFile(path: string, text: string): PlanFile {
  const content = unseal(path, text, 'plan');
  const shape = PLAN_FILE(content, 'plan file');
  if (shape !== undefined) throw refused(path, `it is not as a plan of its format is: ${shape}`);
  const { digest, ...sealed } = content;
  // A key that stands in an object twice is another one for other readers, and the digest is made of what was read.
  if (seal(sealed).trimEnd() !== text.trimEnd()) throw refused(path, 'it is not written as fw writes plans');
  return proven(path, content as unknown as StoredPlanFile);
}

/** The file when all its parts say the same; what is of the right shape may still be what no function of fw was made for. */
function proven(path: string, stored: StoredPlanFile): PlanFile {
  let mismatch: string | undefined;
  try {
    const file = readStored(stored);
    mismatch = typeof file === 'string' ? file : findMismatch(file);
    if (typeof file !== 'string' && mismatch === undefined) {
      const plan = withOwnEdits(file.plan);
      mismatch = findOtherText(plan, stored.plan);
      if (mismatch === undefined) return { ...file, plan };
    }
  } catch {
    mismatch = undefined;
  }
  throw refused(path, mismatch ?? 'it is not as a plan of its format is');
}

/**
 * The file as fw works with it. The edits of its tables are made when all else is proven; those of its sets are as they stand in it, and where they
 * are none that fw prints, that is what is wrong with the file.
 */
function readStored({ plan, tables, namespaces, ...file }: StoredPlanFile): PlanFile | string {
  const { steps, sets = [], ...rest } = plan;
  if (plan.sets?.length === 0) return 'it has an empty list of sets';
  const made = steps.flatMap((step, index): TableStep[] => {
    const own = tables[index];
    return own === undefined ? [] : [{ ...readStep(step, own), edits: [], reverse: [] }];
  });
  if (made.length !== steps.length || made.length !== tables.length) return 'it has not the tables of every step';
  const read: SetStep[] = [];
  for (const one of sets) {
    const step = readSetStep(one);
    if (step === undefined) return `${stepLabel(one)}: what it shows is not what it does`;
    read.push(step);
  }
  return { ...file, namespaces: readNamespaces(namespaces), plan: { ...rest, steps: inOrder(made, read) } };
}

function refused(path: string, why: string): FwError {
  return new FwError('plan.unreadable', `${path} cannot be used: ${why}`);
}
