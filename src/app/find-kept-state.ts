import { FwError } from '../core/errors.ts';
import { stateCalled } from '../core/generation/rename-state.ts';
import type { KeptState, NumberedGeneration } from '../core/generation/types.ts';
import type { Ports } from '../ports.ts';
import { newestGeneration } from './newest-generation.ts';

/** A state that the newest generation holds, by its name or by its path where it has no name. Throws `state.unknown`, naming those there are. */
export async function findKeptState(
  ports: Ports,
  name: string,
): Promise<{ readonly newest: NumberedGeneration; readonly known: KeptState }> {
  const newest = await newestGeneration(ports);
  const states = newest?.generation.states ?? [];
  const known = stateCalled(states, name, ports.fullPath(name));
  if (newest !== undefined && known !== undefined) return { newest, known };
  const names = states.map((state) => state.name);
  throw new FwError('state.unknown', `this data folder knows no state ${name}`, {
    next: names.length === 0 ? 'It knows none: see fw history.' : `There are: ${names.join(', ')}.`,
  });
}
