import { FwError } from '../../core/diagnostics/errors.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';

/**
 * All generations that are kept, oldest first or newest first. Commands that only look hold no lock: one that an apply beside them removes meanwhile is left out, as if
 * they had begun later.
 */
export async function* keptGenerations(
  { generations }: Pick<Ports, 'generations'>,
  from: 'oldest' | 'newest' = 'oldest',
): AsyncGenerator<NumberedGeneration> {
  const numbers = await generations.numbers();
  for (const number of from === 'oldest' ? numbers : numbers.toReversed()) {
    const one = await readKept({ generations }, number);
    if (one !== undefined) yield one;
  }
}

/** A generation whose number was listed a moment ago; undefined where it was removed since. Throws what `read` throws for any other reason. */
export async function readKept(
  { generations }: Pick<Ports, 'generations'>,
  number: number,
): Promise<NumberedGeneration | undefined> {
  try {
    return await generations.read(number);
  } catch (error) {
    if (error instanceof FwError && error.code === 'generation.missing') return undefined;
    throw error;
  }
}

/** The same, and undefined where it is damaged, too: an old generation must not stand in the way of a plan. */
export async function readWhole(
  { generations }: Pick<Ports, 'generations'>,
  number: number,
): Promise<NumberedGeneration | undefined> {
  try {
    return await readKept({ generations }, number);
  } catch (error) {
    if (error instanceof FwError && error.code === 'generation.unreadable') return undefined;
    throw error;
  }
}
