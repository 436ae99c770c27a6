import type { NumberedGeneration } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';

/** The newest generation of the data folder; undefined where none is kept yet. */
export async function newestGeneration({
  generations,
}: Pick<Ports, 'generations'>): Promise<NumberedGeneration | undefined> {
  const number = (await generations.numbers()).at(-1);
  return number === undefined ? undefined : generations.read(number);
}
