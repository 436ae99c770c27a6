import { holds } from '../../core/generation/holds-declared.ts';
import type { KeptState } from '../../core/generation/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ports } from '../../ports/ports.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { seeUnchanged } from '../query/see-namespaces.ts';
import { checkSettled } from '../recover/other-folders.ts';
import { generationToBe } from './generation-to-be.ts';
import { settleGenerations } from './settle-generations.ts';

export type Unchanged = {
  /** Number of the newest generation; undefined where there is none. */
  readonly generation: number | undefined;
  /** It was recorded just now. */
  readonly isRecorded?: boolean;
  /** Why what is live could not be recorded. */
  readonly unfiled?: string;
};

/**
 * An apply with nothing to do, as after an import: what is declared is what is live. Where the newest generation does not hold it yet it becomes
 * one, so that drift, blame and a boot have what they compare with. Again with the same state it records nothing. Throws `apply.other-folder` where what is live
 * may be what an apply of another data folder made, which has not ended.
 */
export async function recordUnchanged(
  ports: Ports,
  made: MadePlan,
  options: Omit<Parameters<typeof generationToBe>[2], 'journal' | 'seen'>,
): Promise<Unchanged> {
  await checkSettled(
    ports,
    made.live.map(({ namespace }) => namespace),
  );
  const newest = await settleGenerations(ports);
  const kept = newest === undefined ? [] : (await ports.generations.read(newest)).generation.states;
  if (isRecorded(kept, made)) return { generation: newest };
  // No process has this id, so it is the name of no journal.
  const journal = `${ports.clock.now().toISOString().replace(/[-:.]/g, '')}-0`;
  try {
    const see = seeUnchanged(ports, made);
    const generation = await generationToBe(ports, made, { ...options, journal, seen: (at) => see([], at) });
    return { generation: await ports.generations.record(generation), isRecorded: true };
  } catch (error) {
    return { generation: newest, unfiled: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether the newest generation holds each state as the plan makes it, under the name that it has now, and none that the plan takes out. */
function isRecorded(kept: readonly KeptState[], { about, selection }: MadePlan): boolean {
  const { made, forgotten } = about();
  if (forgotten.some((name) => kept.some((state) => state.name === name))) return false;
  return made.every(({ state: { name, path, namespaces }, was }) => {
    // A state without a name whose files are elsewhere each time is the same, and nothing new to record.
    const known = kept.find((state) => state.name === (name === path ? (was ?? name) : name));
    if (namespaces.length === 0) return true;
    if (known === undefined || !holds(known.namespaces, namespaces, selection)) return false;
    const labels = new Set(namespaces.map(({ namespace }) => namespaceLabel(namespace)));
    const beside = known.namespaces.filter(({ namespace }) => labels.has(namespaceLabel(namespace)));
    return selection !== undefined || holds(namespaces, beside);
  });
}
