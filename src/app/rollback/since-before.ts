import type { Generation, NumberedGeneration } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';

/** The newest generation and those since fw last went back to what was before it: what it has declared there. */
export async function sinceBefore(ports: Pick<Ports, 'generations'>): Promise<readonly Generation[]> {
  return (await numberedSinceBefore(ports)).map(({ generation }) => generation);
}

/** The same, with their numbers, oldest first. */
export async function numberedSinceBefore({
  generations,
}: Pick<Ports, 'generations'>): Promise<readonly NumberedGeneration[]> {
  const found: NumberedGeneration[] = [];
  for (const number of await generations.numbers()) {
    const one = await generations.read(number);
    if (one.generation.restores === 0) found.length = 0;
    found.push(one);
  }
  return found;
}
