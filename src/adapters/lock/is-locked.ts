import { openOwn } from '../store/open-own.ts';
import { takeFlock } from './flock.ts';

/**
 * Whether a process has this file of fw locked now, in whatever way. False where there is no such file; undefined where flock(1) does not tell. Asking takes the lock
 * for a moment, so two processes that ask at one time may see each other. Throws `env.data-folder` for a file that is not as fw wrote it.
 */
export async function isLocked(path: string): Promise<boolean | undefined> {
  const file = await openOwn(path);
  if (file === undefined) return false;
  const { kind } = await takeFlock(file.fd, 0).finally(() => file.close());
  return kind === 'taken' || (kind === 'held' ? false : undefined);
}
