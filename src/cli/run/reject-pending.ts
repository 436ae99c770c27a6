import { takenBackByItself } from '../../app/generations/list-history.ts';
import { findPending } from '../../app/recover/find-pending.ts';
import { reject } from '../../app/recover/reject.ts';
import { EXIT, FwError } from '../../core/diagnostics/errors.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { inFolder } from '../../ui/text/in-folder.ts';
import { localTime } from '../../ui/text/local-time.ts';
import { wire } from '../../wire/wire.ts';
import { printRejected } from '../output/print-applied.ts';
import { warnOfFolder } from '../output/warn.ts';
import { withScreen } from './with-screen.ts';

/**
 * What `fw rollback` without a target does while an apply waits to be confirmed: it goes back, and nothing else. Undefined where none waits. Throws
 * `apply.not-pending` where the newest apply went back by itself: the generation before is not what the user means to leave, if its time ended a moment
 * ago. Throws `apply.pending` where the one that waits is of other states than the one that is asked for.
 */
export async function rejectPending(
  flags: Parameters<typeof withScreen>[0] & { readonly 'data-dir': string; readonly 'state-name'?: string | undefined },
): Promise<number | undefined> {
  const ports = wire({ dataDir: flags['data-dir'], report: () => {} });
  const { waiting, late, rejected } = await findPending(ports);
  const [run] = [...waiting, ...late, ...rejected];
  const state = flags['state-name'];
  if (run === undefined) {
    await checkNotBack(ports, state);
    return undefined;
  }
  await checkIsOf(ports, run, state);
  return withScreen(flags, async ({ screen, beginWriting }) => {
    await warnOfFolder(ports);
    const where = inFolder(ports.fullPath(flags['data-dir']));
    beginWriting(leftByReject(where));
    printRejected({ screen }, await reject({ ...ports, report: screen.report }, run.id), { json: flags.json, where });
    return EXIT.ok;
  });
}

/** What becomes of an apply whose way back was begun by a command that left in the middle. */
export function leftByReject(where: string): string {
  return `fw confirm --reject${where} brings back what is left, and so does its watchdog as soon as this process is gone`;
}

async function checkNotBack(ports: Ports, state: string | undefined): Promise<void> {
  const back = await takenBackByItself(ports);
  if (back === undefined || (state !== undefined && !back.applied.includes(state))) return;
  throw new FwError(
    'apply.not-pending',
    `the apply ${back.journal} is back already (${back.why}, ${localTime(back.at)})`,
    {
      firewall: 'rolled back and verified',
      next: 'Nothing more was done. To take back the one before it as well: fw rollback --to previous',
    },
  );
}

async function checkIsOf({ generations }: Ports, run: RunState, state: string | undefined): Promise<void> {
  if (state === undefined) return;
  const { applied } = await generations.readPrepared(run.id);
  if (applied.includes(state)) return;
  const whose = applied.length === 0 ? '' : ` and is about ${applied.join(', ')}, not ${state}`;
  throw new FwError('apply.pending', `the apply ${run.id} of ${run.operator} waits to be confirmed${whose}`);
}
