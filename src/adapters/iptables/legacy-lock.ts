import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Kernel, Ran, SaveRequest } from '../../ports/ports.ts';
import { type Taken, takeFlock } from '../lock/flock.ts';
import type { LockFile } from '../lock/lock-file.ts';
import { LOCK_SECONDS, restore } from './restore.ts';

/** Where iptables keeps the lock unless it was built otherwise (iptables 1.8.9); a link is not followed. */
const XTABLES_LOCK = '/run/xtables.lock';

type LegacyLock = {
  readonly hold: Kernel['holdLegacyLock'];
  readonly restore: (target: SaveRequest, text: string, descriptors: readonly number[]) => Promise<Ran>;
};

/**
 * The one lock of the legacy backend, which every namespace of the machine shares. While fw holds it, its own restores take another
 * file as their lock; nft knows no lock. Programs too old for XTABLES_LOCKFILE find the real one taken: then it is given up for good.
 */
export function openLegacyLock(): LegacyLock {
  let current: LockFile | undefined;
  const release = async () => {
    const file = current;
    current = undefined;
    await file?.close().catch(() => {});
  };
  return {
    hold: async () => {
      const file = await openXtablesLock();
      const taken = await takeFlock(file.fd, LOCK_SECONDS);
      if (taken.kind !== 'held') {
        await file.close();
        throw cannotHold(taken);
      }
      current = file;
      return { release };
    },
    restore: async (target, text, descriptors) => {
      if (target.backend === 'nft' || current === undefined) return restore(target, text, { descriptors });
      const ran = await restore(target, text, {
        // The child holds the real lock too: if fw dies, no other program comes between before its commit is through.
        descriptors: [...descriptors, current.fd],
        env: { XTABLES_LOCKFILE: OWN_LOCK },
        waitSeconds: 1,
      });
      if (ran.exitCode !== 4 || !ran.stderr.includes('xtables lock')) return ran;
      await release();
      return restore(target, text, { descriptors });
    },
  };
}

/** A file of this process that iptables can lock: nothing to create, nothing to clean up. */
const OWN_LOCK = `/proc/${process.pid}/comm`;

function cannotHold(taken: Taken): FwError {
  if (taken.kind === 'failed')
    return new FwError('kernel.timeout', `cannot lock ${XTABLES_LOCK}`, { output: taken.output });
  return new FwError(
    'kernel.timeout',
    `another program keeps ${XTABLES_LOCK}, the lock of all legacy rules, for too long`,
    {
      next: `See who holds it (fuser -v ${XTABLES_LOCK}), then run again.`,
    },
  );
}

/** Throws `apply.not-begun`. Without the file iptables-legacy could not write either. */
async function openXtablesLock(): Promise<FileHandle> {
  try {
    return await open(XTABLES_LOCK, constants.O_CREAT | constants.O_RDONLY | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new FwError('apply.not-begun', `cannot open the lock of all legacy rules: ${why}`, {
      next: `Make ${XTABLES_LOCK} a file that root can open, in a folder that takes new files, then run again.`,
      cause: error,
    });
  }
}
