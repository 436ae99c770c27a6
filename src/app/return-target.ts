import type { Ports } from '../ports.ts';
import { makeBeforePlan } from './make-before-plan.ts';
import type { MadePlan } from './make-plan.ts';
import { makeRollbackPlan } from './make-rollback-plan.ts';
import { type GenerationChoice, pickGeneration } from './pick-generation.ts';
import { restoredBy } from './restored-by.ts';

/** Where a return goes to. */
export type ReturnTarget = {
  readonly number: number;
  readonly label: string;
  /** What whoever asks has to know before the plan: that the newest generation is itself a return. */
  readonly note?: string;
  /** False for the newest generation, which a boot goes back to. */
  readonly isOlder: boolean;
  readonly make: (options: { readonly context: number; readonly label: string }) => Promise<MadePlan>;
};

/** Finds the generation that is meant; 0 is what was there before fw. Throws `generation.missing`. */
export async function returnTarget(ports: Ports, choice: GenerationChoice): Promise<ReturnTarget> {
  const newest = (await ports.generations.numbers()).at(-1);
  if (choice === 0) {
    const make = ({ context }: { readonly context: number }) => makeBeforePlan(ports, context);
    return { number: 0, label: 'generation 0 (before fw)', isOlder: true, make };
  }
  const { number, generation } = await pickGeneration(ports, choice);
  const restored = newest === undefined ? undefined : restoredBy((await ports.generations.read(newest)).generation);
  const isAgain = choice === 'previous' && newest !== undefined && restored !== undefined;
  return {
    number,
    label: `generation ${number}`,
    ...(isAgain
      ? {
          note: `Generation ${newest} is a return to generation ${restored}: this goes to the one before that, generation ${number}.`,
        }
      : {}),
    isOlder: number !== newest,
    make: (options) => makeRollbackPlan(ports, generation, options),
  };
}
