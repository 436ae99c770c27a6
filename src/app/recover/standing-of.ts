import type { RunState } from '../../core/journal/run-state.ts';
import type { Standing } from '../../core/report/status-document.ts';
import type { Ports } from '../../ports/ports.ts';
import { isStillThere } from '../live/bind-namespaces.ts';
import { withPlace } from '../live/with-place.ts';
import { lookAtPending } from './look-at-pending.ts';

/**
 * Whether anything of an apply is live whose journal has not ended. The journal cannot tell: a disk that was full or failing may not have taken the line
 * of a return, and a machine that was booted has forgotten the rules. So the live rules are read. Never throws.
 */
export async function standingOf(ports: Ports, run: RunState): Promise<Standing> {
  if (!ports.kernel.isPrivileged()) return { kind: 'unknown', why: 'reading live rules needs CAP_NET_ADMIN' };
  try {
    return await withPlace(ports, run, async (place): Promise<Standing> => {
      if (place.kind === 'earlier boot') return { kind: 'not live' };
      if (place.kind !== 'here') return { kind: 'unknown', why: 'it was made elsewhere' };
      const isThere = isStillThere(place.gone);
      const steps = run.steps.filter(({ namespace }) => isThere(namespace));
      if (steps.length === 0) return { kind: 'not live' };
      const { isBack, differs } = await lookAtPending(ports.kernel, { steps });
      return isBack ? { kind: 'not live' } : { kind: 'live', differs };
    });
  } catch (error) {
    return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) };
  }
}
