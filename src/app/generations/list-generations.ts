import type { Generation } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';

/** A generation without its rules. */
export type GenerationEntry = Omit<Generation, 'namespaces' | 'states' | 'version'> & {
  readonly number: number;
  readonly namespaces: number;
};

/** All generations of the data folder, oldest first. */
export async function listGenerations({ generations }: Ports): Promise<readonly GenerationEntry[]> {
  const entries: GenerationEntry[] = [];
  for (const number of await generations.numbers()) {
    const { version, namespaces, states, ...rest } = (await generations.read(number)).generation;
    entries.push({ number, ...rest, namespaces: namespaces.length });
  }
  return entries;
}
