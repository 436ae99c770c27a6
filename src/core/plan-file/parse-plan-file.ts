import { FwError } from '../errors.ts';
import { stepLabel } from '../plan/step-label.ts';
import type { Step } from '../plan/types.ts';
import { readSetStep, stepFacts } from '../restore/stored-step.ts';
import { seal } from '../sealed/seal.ts';
import { unseal } from '../sealed/unseal.ts';
import type { SetStep } from '../sets/types.ts';
import { findLie, findOtherText, withOwnEdits } from './find-lie.ts';
import { PLAN_FILE } from './plan-shape.ts';
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
  let lie: string | undefined;
  try {
    const file = readStored(stored);
    lie = typeof file === 'string' ? file : findLie(file);
    if (typeof file !== 'string' && lie === undefined) {
      const whole = withOwnEdits(file);
      lie = findOtherText(whole, stored.plan);
      if (lie === undefined) return whole;
    }
  } catch {
    lie = 'it is not as a plan of its format is';
  }
  throw refused(path, lie ?? 'it is not as a plan of its format is');
}

/**
 * The file as fw works with it. The edits of its tables are made when all else is proven; those of its sets are as they stand in it, and where they
 * are none that fw prints, that is what is wrong with the file.
 */
function readStored({ plan, ...file }: StoredPlanFile): PlanFile | string {
  const { steps, sets, ...rest } = plan;
  const made = steps.map((step): Step => ({ ...stepFacts(step), edits: [], reverse: [] }));
  if (sets === undefined) return { ...file, plan: { ...rest, steps: made } };
  const read: SetStep[] = [];
  for (const stored of sets) {
    const step = readSetStep(stored);
    if (step === undefined) return `${stepLabel(stored)}: what it shows is not what it does`;
    read.push(step);
  }
  return { ...file, plan: { ...rest, steps: made, sets: read } };
}

function refused(path: string, why: string): FwError {
  return new FwError('plan.unreadable', `${path} cannot be used: ${why}`);
}
