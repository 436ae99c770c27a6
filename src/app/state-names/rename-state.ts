import { FwError } from '../../core/diagnostics/errors.ts';
import { renameState as renamed, whyTaken } from '../../core/generation/states/rename-state.ts';
import type { KeptState, NumberedGeneration } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { type RecordOptions, recordStates } from '../generations/record-states.ts';
import { checkKnowsStates, findKeptState } from './list-states.ts';

type Renamed = { readonly generation: number; readonly state: KeptState };

/** Gives a state another name in the record. Throws `state.unknown`, and `state.name-taken` for a name that another state has or had. */
export async function renameState(ports: Ports, old: string, name: string, options: RecordOptions): Promise<Renamed> {
  await checkKnowsStates(ports, old);
  let state: KeptState | undefined;
  const generation = await recordStates(ports, options, async () => {
    const { newest, known } = await findKeptState(ports, old);
    if (known.name === name) throw new FwError('state.name-taken', `the state is called ${name} already`);
    const why = whyTaken(name, known, newest.generation, await allGenerations(ports));
    if (why !== undefined) throw new FwError('state.name-taken', `${known.name} cannot be renamed: ${why}`);
    state = known;
    return { newest, states: renamed(newest.generation.states, known, name), applied: [] };
  });
  if (state === undefined) throw new Error('Bug: a state was renamed that was not found');
  return { generation, state };
}

async function allGenerations({ generations }: Ports): Promise<readonly NumberedGeneration[]> {
  const all: NumberedGeneration[] = [];
  for (const number of await generations.numbers()) all.push(await generations.read(number));
  return all;
}
