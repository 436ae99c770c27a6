import { FwError } from '../../core/diagnostics/errors.ts';
import type { Generation, NumberedGeneration } from '../../core/generation/types.ts';
import { numberRanges } from '../../core/text/number-ranges.ts';
import type { Ports } from '../../ports/ports.ts';

/** An older fw named the generation in the place of the state. */
const RETURN = /^generation ([0-9]{1,9})$/;
/** Which generation a return goes to: a number, the newest (`last`), or the one before it (`previous`). */
export type GenerationChoice = number | 'last' | 'previous';

/** Reads a generation of the data folder. Throws `generation.missing`, naming those there are. */
export async function pickGeneration(ports: Ports, choice: GenerationChoice): Promise<NumberedGeneration> {
  const numbers = await ports.generations.numbers();
  const number = choice === 'last' ? numbers.at(-1) : choice === 'previous' ? await previousOf(ports, numbers) : choice;
  if (number !== undefined && numbers.includes(number)) return ports.generations.read(number);
  if (numbers.length === 0) {
    const what = typeof choice === 'number' ? `there is no generation ${choice}` : `there is no ${choice} generation`;
    throw new FwError('generation.missing', `${what}: none is kept yet`, {
      next: 'fw apply records one, also where it has nothing to change.',
    });
  }
  if (choice === 'previous') throw await nothingBefore(ports, numbers);
  throw new FwError('generation.missing', `there is no generation ${choice}: kept are ${numberRanges(numbers)}`, {
    next: `Name one of these, or 0 for what was there before fw. fw history lists them.`,
  });
}

/**
 * The generation before the one in force. After a return that is the one before its target: the one that the return took back is between the two, and
 * to go there would bring it again.
 */
async function previousOf(ports: Ports, numbers: readonly number[]): Promise<number | undefined> {
  const inForce = await followReturns(ports, numbers);
  return numbers.filter((number) => number < inForce).at(-1);
}

async function followReturns({ generations }: Ports, numbers: readonly number[]): Promise<number> {
  let number = numbers.at(-1) ?? 0;
  for (;;) {
    const target = numbers.includes(number) ? restoredBy((await generations.read(number)).generation) : undefined;
    if (target === undefined || target >= number) return number;
    number = target;
  }
}

async function nothingBefore(ports: Ports, numbers: readonly number[]): Promise<FwError> {
  const inForce = await followReturns(ports, numbers);
  if (inForce === 0) {
    return new FwError('generation.missing', 'in force is what was there before fw, and nothing is before that', {
      next: 'Name a generation; fw history lists them.',
    });
  }
  return new FwError('generation.missing', `there is no generation before generation ${inForce}`, {
    next: 'fw rollback 0 goes back to what was there before fw.',
  });
}

/** The number of the generation that this one is a return to; undefined where it is none. */
export function restoredBy({ restores, state }: Pick<Generation, 'restores' | 'state'>): number | undefined {
  if (restores !== undefined) return restores;
  const number = RETURN.exec(state)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The newest generation of the data folder; undefined where none is kept yet. */
export async function newestGeneration({
  generations,
}: Pick<Ports, 'generations'>): Promise<NumberedGeneration | undefined> {
  const number = (await generations.numbers()).at(-1);
  return number === undefined ? undefined : generations.read(number);
}
