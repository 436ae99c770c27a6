import type { Generation } from '../core/generation/types.ts';
import type { Ports } from '../ports.ts';

/** The newest generation and those since fw last went back to what was before it: what it has declared there. */
export async function sinceBefore({ generations }: Pick<Ports, 'generations'>): Promise<readonly Generation[]> {
  const found: Generation[] = [];
  for (const number of await generations.numbers()) {
    const { generation } = await generations.read(number);
    if (generation.restores === 0) found.length = 0;
    found.push(generation);
  }
  return found;
}
