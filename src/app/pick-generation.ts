import { FwError } from '../core/errors.ts';
import type { NumberedGeneration } from '../core/generation/types.ts';
import type { Ports } from '../ports.ts';

/** Which generation a return goes to: a number, the newest (`last`), or the one before it (`previous`). */
export type GenerationChoice = number | 'last' | 'previous';

/** Reads a generation of the data folder. Throws `generation.missing`, naming those there are. */
export async function pickGeneration(ports: Ports, choice: GenerationChoice): Promise<NumberedGeneration> {
  const numbers = await ports.generations.numbers();
  const number = choice === 'last' ? numbers.at(-1) : choice === 'previous' ? numbers.at(-2) : choice;
  if (number !== undefined && numbers.includes(number)) return ports.generations.read(number);
  const what = typeof choice === 'number' ? `there is no generation ${choice}` : `there is no ${choice} generation`;
  const range = numbers.length === 0 ? 'none is kept yet' : `kept are ${numbers[0]} to ${numbers.at(-1)}`;
  throw new FwError('generation.missing', `${what}: ${range}`);
}
