import type { KeptState } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { type RecordOptions, recordStates } from '../generations/record-states.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { planReturn } from '../rollback/plan-return.ts';
import { checkKnowsStates, findKeptState } from './list-states.ts';

/** A plan that takes out all that a state declares and leaves every other state alone. Throws `state.unknown`. */
export async function planForget(ports: Ports, name: string, context: number): Promise<MadePlan> {
  const { newest, known } = await findKeptState(ports, name);
  const others = newest.generation.states.filter((state) => state !== known);
  const then = undefined;
  const way = { states: [{ now: known, then }], others };
  const made = await planReturn(ports, way, { context, label: `the way without ${known.name}` });
  return { ...made, remarks: remarksOf(known, others) };
}

function remarksOf({ name, path }: KeptState, others: readonly KeptState[]): readonly string[] {
  const left = others.map((state) => state.name);
  return [
    `Takes the state ${name === path ? `at ${path}` : `${name} (${path})`} out of the rules and of the record.`,
    ...(left.length === 0 ? [] : [`Left as ${left.length === 1 ? 'it is' : 'they are'}: ${left.join(', ')}.`]),
  ];
}

/** Takes a state out of the record and leaves its rules live, once `approve` says yes. Throws `state.unknown`. */
export async function forgetRecord(
  ports: Ports,
  name: string,
  options: RecordOptions,
  approve: (state: KeptState) => Promise<void>,
): Promise<number> {
  await checkKnowsStates(ports, name);
  return recordStates(ports, options, async () => {
    const { newest, known } = await findKeptState(ports, name);
    await approve(known);
    const states = newest.generation.states.filter((state) => state !== known);
    return { newest, states, applied: [known.name] };
  });
}
