import type { Generation, NumberedGeneration } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { keptGenerations } from '../generations/kept-generations.ts';

/** The newest generation and those since fw last went back to what was before it: what it has declared there. */
export async function sinceBefore(ports: Pick<Ports, 'generations'>): Promise<readonly Generation[]> {
  return (await numberedSinceBefore(ports)).map(({ generation }) => generation);
}

/** The same, with their numbers, oldest first. */
export async function numberedSinceBefore(ports: Pick<Ports, 'generations'>): Promise<readonly NumberedGeneration[]> {
  const found: NumberedGeneration[] = [];
  for await (const one of keptGenerations(ports)) {
    if (one.generation.restores === 0) found.length = 0;
    found.push(one);
  }
  return found;
}
