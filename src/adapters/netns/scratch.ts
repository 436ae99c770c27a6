import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { ListForm } from '../../core/nft-listing/listing.ts';
import type { Backend, Family, TableName } from '../../core/rules/types.ts';
import type { Scratch } from '../../ports/ports.ts';
import { hasSysAdmin } from '../host/capabilities.ts';
import { dumpNft } from '../nft/dump-nft.ts';
import { hold, type KeptProgram, type RunOptions, run } from '../process/exec.ts';
import { listWords, NFT_ENVIRONMENT, restoreProgram, saveProgram } from '../process/programs.ts';
import { SEND_TRACED } from './send-traced.ts';

/** A namespace of a process, kept open: whatever happens to the process, and to its number, the descriptor stays this namespace. */
type NamespaceFile = {
  readonly descriptor: number;
  /** It is the one that fw itself is in. */
  readonly isOwn: boolean;
  close(): void;
};

/**
 * Makes a network namespace that no other program sees, kept by one small process and gone with it.
 * Without privileges it is in a user namespace of its own, in which only the nft backend works:
 * legacy may not list its tables there (kernel 6.18, iptables 1.8.9).
 *
 * What is loaded here flushes tables, so it must never be loaded anywhere else. The namespace is entered by a descriptor, which no other
 * process can take over as it can a number, and only after it was seen not to be the one that fw is in.
 */
export async function openScratch(privileged: boolean): Promise<Scratch> {
  const kept = await hold('unshare', privileged ? ['--net'] : ['--user', '--map-root-user', '--net']);
  if ('exitCode' in kept) {
    const output = kept.stderr.trim();
    throw privileged && !hasSysAdmin() ? notPermitted(output) : cannotOpen(output);
  }
  const files = await openKept(kept, privileged ? ['net'] : ['net', 'user']);
  const descriptors = files.map(({ descriptor }) => descriptor);
  const inside = privileged ? [ENTER_NET] : [ENTER_USER, '--preserve-credentials', ENTER_NET];
  const runInside = (file: string, args: readonly string[], options?: RunOptions) =>
    run('nsenter', [...inside, '--', file, ...args], {
      ...options,
      descriptors,
      env: { ...lockOf(kept.pid), ...options?.env },
    });
  return {
    restore: (backend: Backend, family: Family, text: string, options: { readonly noflush: boolean }) =>
      runInside(restoreProgram(backend, family), [...(options.noflush ? ['--noflush'] : []), '--counters', '-w', '5'], {
        input: text,
      }),
    save: (backend: Backend, family: Family) => runInside(saveProgram(backend, family), ['--counters']),
    restoreSets: (text: string) => runInside('ipset', ['-exist', 'restore'], { input: text }),
    saveSet: (set: string) => runInside('ipset', ['save', set]),
    listNft: (family: Family, form: ListForm) => runInside('nft', listWords(family, form), { env: NFT_ENVIRONMENT }),
    dumpNft: async (family: Family, tables: readonly TableName[]) => {
      if (!privileged) return undefined;
      const [dump] = await dumpNft([{ path: `/proc/${process.pid}/fd/${descriptors[0]}`, family, tables }]);
      return dump;
    },
    traceNft: ({ family, path, input, output, frames }) =>
      runInside('perl', ['-e', SEND_TRACED, '--', family === 'ipv4' ? '4' : '6', path, input, output, ...frames], {
        env: NFT_ENVIRONMENT,
      }),
    close: async () => {
      for (const file of files) file.close();
      await kept.release();
    },
  };
}

/** The first descriptors that a program of ours gets, see `RunOptions`. */
const ENTER_NET = '--net=/proc/self/fd/3';
const ENTER_USER = '--user=/proc/self/fd/4';

async function openKept(kept: KeptProgram, kinds: readonly ('net' | 'user')[]): Promise<readonly NamespaceFile[]> {
  const files: NamespaceFile[] = [];
  try {
    for (const kind of kinds) files.push(openNamespace(kept.pid, kind));
    // Asked last: a process that is still there had its number all the time.
    if (kept.isRunning() && files.every(({ isOwn }) => !isOwn)) return files;
    throw cannotOpen('unshare did not make a namespace of its own');
  } catch (error) {
    for (const file of files) file.close();
    await kept.release();
    throw error instanceof FwError ? error : cannotOpen(String(error));
  }
}

/**
 * The legacy lock is one file for the whole machine, whatever the namespace; a scratch namespace must not wait for it.
 * A file of the holder under /proc serves as the lock of this scratch alone: nothing to create, nothing to clean up.
 */
function lockOf(pid: number): Readonly<Record<string, string>> {
  return { XTABLES_LOCKFILE: `/proc/${pid}/comm` };
}

function notPermitted(output: string): FwError {
  return new FwError('env.permission', 'making a scratch network namespace needs CAP_SYS_ADMIN', { output });
}

function cannotOpen(output: string): FwError {
  return new FwError('env.no-scratch', 'cannot make a scratch network namespace', {
    output,
    next: 'fw needs root, or a kernel that lets users make user namespaces, to check rules.',
  });
}

/** Opens a namespace of a process. Throws where the process is gone or may not be looked at. */
function openNamespace(pid: number, kind: 'net' | 'user'): NamespaceFile {
  const descriptor = openSync(`/proc/${pid}/ns/${kind}`, 'r');
  const found = fstatSync(descriptor);
  const own = statSync(`/proc/self/ns/${kind}`);
  return {
    descriptor,
    isOwn: found.ino === own.ino && found.dev === own.dev,
    close: () => closeSync(descriptor),
  };
}
