import { lstatSync, readlinkSync, statSync } from 'node:fs';

/**
 * Before a file is put in the place of the one that may be there: throws for a device, a pipe, a folder, and a link to one. As root a rename would take `/dev/null`
 * away from the whole machine. A link to a file, or to nothing, is replaced like a file, so that a planted one leads nowhere.
 */
export function checkReplaceable(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isFile()) return;
  // `/dev/stdout` leads to a file where the output is one.
  const isOfProcess = found.isSymbolicLink() && readlinkSync(path).startsWith('/proc/');
  const leads = isOfProcess ? undefined : statSync(path, { throwIfNoEntry: false });
  if (found.isSymbolicLink() && !isOfProcess && (leads === undefined || leads.isFile())) return;
  throw new Error('it is not an ordinary file, and only such a one is replaced');
}
