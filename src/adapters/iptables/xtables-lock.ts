import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Where iptables keeps the lock unless it was built otherwise (iptables 1.8.9); a link is not followed. */
export const XTABLES_LOCK = '/run/xtables.lock';

export function openXtablesLock(): Promise<FileHandle> {
  return open(XTABLES_LOCK, constants.O_CREAT | constants.O_RDONLY | constants.O_NOFOLLOW, 0o600);
}
