import { FwError } from '../../core/diagnostics/errors.ts';
import { lastConfirmedOf } from '../../core/generation/last-confirmed.ts';
import { mergeStates } from '../../core/generation/merge-states.ts';
import type { Generation, KeptState, NumberedGeneration } from '../../core/generation/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Recovery } from '../recover/recover.ts';
import { tellReturns } from '../recover/tell-returns.ts';
import { settleFolder } from './settle-folder.ts';
import { tidyGenerations } from './tidy-generations.ts';

/** What becomes of the record, while every live rule stays as it is. */
type RecordChange = {
  readonly newest: NumberedGeneration;
  readonly states: readonly KeptState[];
  /** Names of the states that a return takes back with it; none for a change that no return is about. */
  readonly applied: readonly string[];
};

export type RecordOptions = {
  /** What is done, for the history. */
  readonly label: string;
  readonly operator: string;
  readonly lockTimeoutSeconds: number;
  readonly recovered: (recovery: Recovery) => void;
};

const NOTHING = { add: 0, change: 0, move: 0, remove: 0, policies: 0, chainsAdded: 0, chainsRemoved: 0 };

/** Makes a generation that differs from the newest one in what it says of the states, and resolves to its number. Live rules are not written. */
export async function recordStates(
  ports: Ports,
  options: RecordOptions,
  decide: () => Promise<RecordChange>,
): Promise<number> {
  if (!ports.kernel.isPrivileged()) {
    throw new FwError('env.permission', 'changing what is recorded of live rules needs CAP_NET_ADMIN');
  }
  const lock = await ports.lock.acquire('fw state', options.lockTimeoutSeconds);
  let rolledBack: Recovery['rolledBack'] = [];
  try {
    await settleFolder(ports, (recovery) => {
      rolledBack = recovery.rolledBack;
      options.recovered(recovery);
    });
    const { newest, states, applied } = await decide();
    const { label, operator } = options;
    const at = ports.clock.now().toISOString();
    const generation: Generation = {
      version: 2,
      at,
      operator,
      state: label,
      commit: null,
      // No process has this id, so it is the name of no journal.
      journal: `${at.replace(/[-:.]/g, '')}-0`,
      lastConfirmed: lastConfirmedOf(newest),
      summary: NOTHING,
      applied,
      states,
      namespaces: mergeStates(states),
    };
    await checkNewest(ports, newest);
    const number = await ports.generations.record(generation);
    await tidyGenerations(ports);
    return number;
  } catch (error) {
    throw tellReturns(error, rolledBack);
  } finally {
    await lock.release();
  }
}

/** A user may take a long time to answer, and a lock that was removed meanwhile keeps no other run out. */
async function checkNewest({ generations, lock }: Ports, { number }: NumberedGeneration): Promise<void> {
  if ((await lock.standing()) === 'held' && (await generations.numbers()).at(-1) === number) return;
  throw new FwError('run.lock-lost', 'the lock of the data folder was removed or replaced while fw was working');
}
