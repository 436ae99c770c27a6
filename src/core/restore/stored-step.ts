import type { Step, StepFacts } from '../plan/types.ts';
import type { SetStep } from '../sets/types.ts';
import { printReverse, printStepEdits } from './print-step.ts';
import { readSetEdits } from './read-set-edits.ts';

/** A step as plan files and journals keep it: its edits as the text that runs, which people can read and run by hand. */
export type StoredStep = StepFacts & Texts;
export type StoredSetStep = Omit<SetStep, 'edits' | 'reverse'> & Texts;

type Texts = {
  /** Text for `iptables-restore --noflush --counters`, or for `ipset restore`. */
  readonly restore: string;
  /** The way back from exactly the state after this step. */
  readonly rollback: string;
};

/** The form of a step on disk. */
export function storeStep(step: Step): StoredStep {
  const { edits, reverse, ...facts } = step;
  return { ...facts, restore: printStepEdits(step), rollback: printReverse(step) };
}

/** The step of a file, without its texts: what it does is made anew from its tables. */
export function stepFacts({ restore, rollback, ...facts }: StoredStep): StepFacts {
  return facts;
}

/** The form of a step for a set on disk. */
export function storeSetStep(step: SetStep): StoredSetStep {
  const { edits, reverse, ...facts } = step;
  return { ...facts, restore: printStepEdits(step), rollback: printReverse(step) };
}

/** The step of a file; undefined where its texts are none that fw prints. */
export function readSetStep({ restore, rollback, ...facts }: StoredSetStep): SetStep | undefined {
  const [edits, reverse] = [readSetEdits(restore), readSetEdits(rollback)];
  return edits === undefined || reverse === undefined ? undefined : { ...facts, edits, reverse };
}
