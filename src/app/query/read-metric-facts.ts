import { nameAtPath } from '../../core/generation/states/which-state.ts';
import type { MetricFacts } from '../../core/report/metrics/metrics-of.ts';
import type { Ports } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';
import { readStatus } from './read-status.ts';

/**
 * What the data folder knows for metrics. Nothing where this user may not look. `path` is that of the state, of which a run that failed early knows no more: it has the
 * name by which it was last applied.
 */
export async function readMetricFacts(
  ports: Ports,
  path: string | undefined,
): Promise<Pick<MetricFacts, 'generation' | 'confirmPending' | 'states' | 'known'>> {
  if (!ports.kernel.isPrivileged()) return {};
  const { pending, generation } = await readStatus(ports);
  const states = (await newestGeneration(ports))?.generation.states ?? [];
  const full = path === undefined ? undefined : ports.fullPath(path);
  const name = full === undefined ? undefined : (nameAtPath(states, full) ?? full);
  return {
    confirmPending: pending.some(({ standing }) => standing.kind !== 'not live'),
    generation:
      generation === undefined
        ? { number: 0, at: 0 }
        : { number: generation.number, at: Date.parse(generation.at) / 1000 },
    known: states.length,
    ...(name === undefined ? {} : { states: [name] }),
  };
}
