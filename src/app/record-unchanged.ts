import { holds } from '../core/generation/holds.ts';
import type { Ports } from '../ports.ts';
import { generationToBe } from './generation-to-be.ts';
import type { MadePlan } from './make-plan.ts';
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
 * one, so that drift, blame and a boot have what they compare with. Again with the same state it records nothing.
 */
export async function recordUnchanged(
  ports: Ports,
  made: MadePlan,
  options: Omit<Parameters<typeof generationToBe>[2], 'journal'>,
): Promise<Unchanged> {
  const newest = await settleGenerations(ports);
  const kept = newest === undefined ? [] : (await ports.generations.read(newest)).generation.namespaces;
  const declared = made.namespaces();
  if (declared.length === 0 || holds(kept, declared, made.selection)) return { generation: newest };
  // No process has this id, so it is the name of no journal.
  const journal = `${ports.clock.now().toISOString().replace(/[-:.]/g, '')}-0`;
  try {
    const generation = await generationToBe(ports, made, { ...options, journal });
    return { generation: await ports.generations.record(generation), isRecorded: true };
  } catch (error) {
    return { generation: newest, unfiled: error instanceof Error ? error.message : String(error) };
  }
}
