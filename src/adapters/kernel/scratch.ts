import { FwError } from '../../core/errors.ts';
import type { Backend, Family } from '../../core/ruleset/types.ts';
import type { Ran, Scratch } from '../../ports.ts';
import { hold, type RunOptions, run } from './exec.ts';
import { listWords } from './list-nft.ts';
import { restoreProgram, saveProgram } from './programs.ts';

/**
 * Makes a network namespace that nobody else sees, held by one small process and gone with it.
 * Without privileges it lies in a user namespace of its own, in which only the nft backend works:
 * legacy may not list its tables there (kernel 6.18, iptables 1.8.9).
 */
export async function openScratch(privileged: boolean): Promise<Scratch> {
  const held = await hold('unshare', privileged ? ['--net'] : ['--user', '--map-root-user', '--net']);
  if ('exitCode' in held) throw cannotOpen(held);
  const inside = enterHeld(held.pid, privileged);
  const runInside = (file: string, args: readonly string[], options?: RunOptions) =>
    run('nsenter', [...inside, '--', file, ...args], { ...options, env: lockOf(held.pid) });
  return {
    restore: (backend: Backend, family: Family, text: string, options: { readonly noflush: boolean }) =>
      runInside(restoreProgram(backend, family), [...(options.noflush ? ['--noflush'] : []), '--counters', '-w', '5'], {
        input: text,
      }),
    save: (backend: Backend, family: Family) => runInside(saveProgram(backend, family), ['--counters']),
    restoreSets: (text: string) => runInside('ipset', ['-exist', 'restore'], { input: text }),
    saveSet: (set: string) => runInside('ipset', ['save', set]),
    listNft: (family: Family) => runInside('nft', listWords(family)),
    close: () => held.release(),
  };
}

function enterHeld(pid: number, privileged: boolean): readonly string[] {
  const net = `--net=/proc/${pid}/ns/net`;
  return privileged ? [net] : [`--user=/proc/${pid}/ns/user`, '--preserve-credentials', net];
}

/**
 * The legacy lock is one file for the whole machine, whatever the namespace; a scratch namespace must not wait for it.
 * A file of the holder under /proc serves as the lock of this scratch alone: nothing to create, nothing to clean up.
 */
function lockOf(pid: number): Readonly<Record<string, string>> {
  return { XTABLES_LOCKFILE: `/proc/${pid}/comm` };
}

function cannotOpen(ran: Ran): FwError {
  return new FwError('env.no-scratch', 'cannot make a scratch network namespace', {
    said: ran.stderr.trim(),
    next: 'fw needs root, or a kernel that lets users make user namespaces, to check rules.',
  });
}
