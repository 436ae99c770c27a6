import { FwError } from '../../core/diagnostics/errors.ts';
import { namesInstead, wasRenamed } from '../../core/generation/states/rename-state.ts';
import { isAbout, type Return, returnOf } from '../../core/generation/states/return-of.ts';
import type { KeptState, NumberedGeneration } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { GenerationChoice } from '../generations/pick-generation.ts';
import { pickGeneration, restoredBy } from '../generations/pick-generation.ts';
import { readBefore } from '../generations/read-before.ts';
import { checkNoneWaits } from '../generations/settle-folder.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { makeBeforePlan } from './make-before-plan.ts';
import { planReturn } from './plan-return.ts';

type PickedReturn = Return & {
  /** The apply that a return to `previous` takes back. */
  readonly takesBack?: NumberedGeneration;
  readonly newest: NumberedGeneration;
};

type Named = Pick<KeptState, 'name' | 'formerly'>;

/** Where a return goes to. */
type ReturnTarget = {
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

/**
 * Where a return goes: to a generation as a whole, or for one state. `previous` takes back the newest apply that is in force, of the folder or of
 * the state, and leaves alone what other states declare. Throws `generation.missing`.
 */
export async function pickReturn(
  ports: Ports,
  choice: GenerationChoice,
  stateName: string | undefined,
): Promise<PickedReturn> {
  // Asked first, so that the error for a generation that is not there has the name that was given.
  const named = choice === 'previous' || choice === 0 ? undefined : await pickGeneration(ports, choice);
  const newest = await pickGeneration(ports, 'last');
  const { states } = newest.generation;
  const state =
    stateName === undefined ? undefined : (states.find(({ name }) => name === stateName) ?? { name: stateName });
  // A name of before would bring the state back beside itself.
  if (state !== undefined && states.every(({ name }) => name !== state.name) && wasRenamed(states, state.name))
    throw unknownState(state.name, states);
  const names = state === undefined ? undefined : [state.name];
  if (choice === 'previous') return { ...(await pickPrevious(ports, newest, state)), newest };
  const target = named ?? { number: 0, generation: { ...newest.generation, states: [], namespaces: [] } };
  const found = returnOf(newest.generation, target, names);
  const [only] = found.states;
  if (state !== undefined && only?.now === undefined && only?.then === undefined)
    throw unknownState(state.name, states);
  return { ...found, newest };
}

async function pickPrevious(ports: Ports, newest: NumberedGeneration, state: Named | undefined) {
  const inForce = state === undefined ? await lastInForce(ports) : await originOf(ports, state, newest.number);
  if (inForce === undefined) {
    if (state !== undefined) throw unknownState(state.name, newest.generation.states);
    throw nothingBefore(newest.number);
  }
  const takesBack = await ports.generations.read(inForce);
  const before = (await ports.generations.numbers()).filter((number) => number < inForce).at(-1);
  if (before === undefined) throw nothingBefore(inForce);
  const names = state === undefined ? takesBack.generation.applied : [state.name];
  return { ...returnOf(newest.generation, await ports.generations.read(before), names), takesBack };
}

/** The newest generation that changed what is declared, where a return counts as what it went back to. */
async function lastInForce(ports: Ports): Promise<number | undefined> {
  const numbers = await ports.generations.numbers();
  let at = numbers.at(-1);
  while (at !== undefined) {
    const { generation } = await ports.generations.read(at);
    const target = restoredBy(generation);
    const below = at;
    if (target === 0) {
      throw new FwError('generation.missing', 'in force is what was there before fw, and nothing is before that', {
        next: 'Name a generation; fw history lists them.',
      });
    }
    if (target !== undefined && target < at && numbers.includes(target)) at = target;
    else if (generation.applied.length === 0) at = numbers.filter((number) => number < below).at(-1);
    else return (await originOfReturn(ports, generation, at)) ?? at;
  }
  return undefined;
}

/** A return of one state alone brought back what an earlier generation had made of it. */
async function originOfReturn(ports: Ports, { applied, states }: NumberedGeneration['generation'], at: number) {
  const [name] = applied;
  const state = states.find((one) => one.name === name);
  return applied.length === 1 && state?.restores !== undefined ? originOf(ports, state, at) : undefined;
}

/** The generation that made of a state what it was at some number; undefined where it was never applied until then. */
async function originOf(ports: Ports, state: Named, until: number): Promise<number | undefined> {
  for (const number of [...(await ports.generations.numbers())].reverse()) {
    if (number > until) continue;
    const { generation } = await ports.generations.read(number);
    if (!isAbout(generation, state)) continue;
    const restores = generation.states.find(({ name }) => name === state.name)?.restores ?? restoredBy(generation);
    return restores === undefined || restores >= number ? number : originOf(ports, state, restores);
  }
  return undefined;
}

function nothingBefore(number: number): FwError {
  return new FwError('generation.missing', `there is no generation before generation ${number}`, {
    next: 'fw rollback 0 goes back to what was there before fw.',
  });
}

function unknownState(name: string, states: readonly KeptState[]): FwError {
  return new FwError('generation.missing', `this data folder knows no state ${name}`, {
    next: namesInstead(states, name) ?? 'See fw history.',
  });
}
