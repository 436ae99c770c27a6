import { findPending } from '../app/find-pending.ts';
import { reject } from '../app/reject.ts';
import { EXIT } from '../core/errors.ts';
import { wire } from '../wire.ts';
import { printRejected } from './print-rejected.ts';
import { warnOfFolder } from './warn-of-folder.ts';
import { withScreen } from './with-screen.ts';

/** What `fw rollback` without a target does while an apply waits to be confirmed: it goes back, and nothing else. Undefined where none waits. */
export async function rejectPending(
  flags: Parameters<typeof withScreen>[0] & { readonly 'data-dir': string },
): Promise<number | undefined> {
  const ports = wire({ dataDir: flags['data-dir'], report: () => {} });
  const { waiting, late } = await findPending(ports);
  const [run] = [...waiting, ...late];
  if (run === undefined) return undefined;
  return withScreen(flags, async ({ screen, beginWriting }) => {
    await warnOfFolder(ports);
    beginWriting();
    printRejected({ screen }, await reject({ ...ports, report: screen.report }, run.id), flags);
    return EXIT.ok;
  });
}
