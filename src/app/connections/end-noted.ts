import type { EndedConnections, ToEnd } from '../../core/connections/ended.ts';
import type { Gone } from '../../core/identity/place-of-run.ts';
import type { Fate, RunState } from '../../core/journal/run-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { isStillThere } from '../live/bind-namespaces.ts';
import { withPlace } from '../live/with-place.ts';
import { lookAtPending } from '../recover/look-at-pending.ts';
import { endRefused } from './end-refused.ts';
import { type JudgedNoted, judgeNoted } from './judge-noted.ts';

/** How the rules of a kept apply stand: which namespaces are gone, and what is not as it was applied, where that could be read. */
export type Kept = { readonly gone: readonly Gone[]; readonly differs: readonly string[]; readonly unread?: string };

/** What became of connections that the run which kept an apply did not end, since it was cut off. */
export type EndedLater = Pick<RunState, 'id' | 'operator'> & { readonly ended: EndedConnections };

/** Ends the connections that an apply wrote down, where its namespaces are those that it was made in. Undefined where there are none. */
export async function endNoted(
  ports: Ports,
  { toEnd = [] }: RunState,
  { gone, differs, unread }: Kept,
): Promise<EndedConnections | undefined> {
  if (toEnd.length === 0) return undefined;
  // Other rules may let them be.
  if (differs.length > 0 || unread !== undefined) return noneEnded('the rules are not as they were applied');
  const isThere = isStillThere(gone);
  const there = toEnd.filter(({ namespace }) => isThere(namespace));
  return there.length === 0 ? undefined : endStillRefused(ports, there);
}

async function endStillRefused(ports: Ports, there: readonly ToEnd[]): Promise<EndedConnections> {
  let judged: JudgedNoted;
  try {
    judged = await judgeNoted(ports, there);
  } catch (error) {
    return noneEnded(
      `whether the live rules refuse them cannot be told: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const ended = await endRefused(ports, judged.toEnd);
  return { ...ended, left: [...ended.left, ...judged.spared.map((one) => ({ ...one, why: 'let-in' as const }))] };
}

/**
 * Applies that were kept and that no run has filed, with connections to end: the run that kept them was cut off between the two, and whether it ended the connections is not
 * known. To end them again does no harm, since each is known by its entry.
 */
export async function findLeftToEnd({ generations, journal }: Ports): Promise<readonly RunState[]> {
  const found: RunState[] = [];
  for (const id of [...(await generations.prepared())].sort()) {
    if (!isKept(await journal.fateOf(id))) continue;
    const run = await journal.read(id);
    if (run?.toEnd !== undefined && run.toEnd.length > 0) found.push(run);
  }
  return found;
}

/** Ends these. The caller holds the lock and has written nothing yet, so the rules are those that were kept, unless other programs wrote. Those of an earlier boot are gone. */
export async function endLeft(ports: Ports): Promise<readonly EndedLater[]> {
  const all: EndedLater[] = [];
  for (const run of await findLeftToEnd(ports)) {
    const ended = await withPlace(ports, run, async (place) => {
      if (place.kind === 'earlier boot') return undefined;
      if (place.kind !== 'here') return noneEnded('they are in another network namespace or on another machine');
      return endNoted(ports, run, await look(ports, run, place.gone));
    }).catch((error: unknown) => noneEnded(error instanceof Error ? error.message : String(error)));
    if (ended !== undefined) all.push({ id: run.id, operator: run.operator, ended });
  }
  return all;
}

async function look({ kernel }: Ports, run: RunState, gone: readonly Gone[]): Promise<Kept> {
  const isThere = isStillThere(gone);
  try {
    const { differs } = await lookAtPending(kernel, { steps: run.steps.filter(({ namespace }) => isThere(namespace)) });
    return { gone, differs };
  } catch (error) {
    return { gone, differs: [], unread: error instanceof Error ? error.message : String(error) };
  }
}

function isKept(fate: Fate | undefined): boolean {
  return fate?.kind === 'ended' && (fate.outcome === 'applied' || fate.outcome === 'confirmed');
}

function noneEnded(why: string): EndedConnections {
  return { ended: 0, gone: 0, cameBack: [], left: [], problems: [`none ended: ${why}`] };
}
