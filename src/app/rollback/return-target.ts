import type { Ports } from '../../ports/ports.ts';
import type { GenerationChoice } from '../generations/pick-generation.ts';
import { readBefore } from '../generations/read-before.ts';
import { checkNoneWaits } from '../generations/settle-folder.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { restoredBy } from '../recover/restored-by.ts';
import { makeBeforePlan } from './make-before-plan.ts';
import { type PickedReturn, pickReturn } from './pick-return.ts';
import { planReturn } from './plan-return.ts';

/** Where a return goes to. */
export type ReturnTarget = {
  readonly number: number;
  readonly label: string;
  /** The generation that the whole data folder is brought back to; undefined where that is one state only. */
  readonly restores: number | undefined;
  /** Equal as long as the same is meant: another apply may come while a return waits. */
  readonly key: string;
  /** Which states go back, and what is taken back; undefined for all of them to generation 0. */
  readonly way?: PickedReturn & { readonly isAgain: boolean };
  /** False for the newest generation, which a boot goes back to. */
  readonly isOlder: boolean;
  readonly make: (options: { readonly context: number; readonly label: string }) => Promise<MadePlan>;
};

/** Finds the generation that is meant, for all states or one; 0 is what was there before fw. Throws `apply.pending`, and `generation.missing`. */
export async function returnTarget(
  ports: Ports,
  choice: GenerationChoice,
  stateName: string | undefined,
): Promise<ReturnTarget> {
  // The generation that is meant may be the one that waits.
  await checkNoneWaits(ports);
  if (choice === 0 && stateName === undefined) {
    // Before the lock, whose file is made with the folder where that is missing. What is prepared is settled under the lock.
    if ((await ports.before.prepared()).length === 0) await readBefore(ports);
    const make = ({ context }: { readonly context: number }) => makeBeforePlan(ports, context);
    return { number: 0, label: 'generation 0 (before fw)', restores: 0, key: '0', isOlder: true, make };
  }
  const picked = await pickReturn(ports, choice, stateName);
  const { target, newest, takesBack } = picked;
  const { number } = target;
  const isWhole = stateName === undefined || picked.others.length === 0;
  return {
    number,
    label: `generation ${number}`,
    restores: isWhole && number > 0 ? number : undefined,
    key: JSON.stringify([number, takesBack?.number, picked.states.map(({ now, then }) => (now ?? then)?.name)]),
    way: {
      ...picked,
      isAgain: choice === 'previous' && stateName === undefined && restoredBy(newest.generation) !== undefined,
    },
    isOlder: number !== newest.number,
    make: (options) => planReturn(ports, picked, options),
  };
}
