import { readdirSync, readFileSync, statSync } from 'node:fs';

/** A process that holds a lock, with what tells whether it has done anything since the last look. */
export type Holder = { readonly pid: number; readonly sign: string };

/**
 * The processes of fw that hold a flock on this file now. Each one named here does hold it: /proc/PID/fdinfo lists the locks of an open file, so no number of a
 * process is ever taken from somewhere else. Programs that fw started hold it as well, and are none of these: they run another file.
 */
export function findHolders(file: { readonly dev: number; readonly ino: number }): readonly Holder[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = /^[0-9]+$/.test(name) ? Number(name) : 0;
    if (pid === 0 || pid === process.pid) return [];
    return holdsLock(pid, file) && runsSameProgram(pid) ? [{ pid, sign: signOfLife(pid) }] : [];
  });
}

/** Whether any other process that this one may look at holds a flock on this file, programs that fw started among them. */
export function isLockedByOthers(file: { readonly dev: number; readonly ino: number }): boolean {
  return readdirSync('/proc').some((name) => {
    const pid = /^[0-9]+$/.test(name) ? Number(name) : 0;
    return pid !== 0 && pid !== process.pid && holdsLock(pid, file);
  });
}

export function holdsLock(pid: number, file: { readonly dev: number; readonly ino: number }): boolean {
  return (
    unlessGone(() =>
      readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
        // Its locks first, which the kernel has in memory: a stat of a file on a disk that does not answer, of whatever process, never comes back.
        const info = unlessGone(() => readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8'));
        if (info === undefined || !/^lock:.*\bFLOCK\b.*\bWRITE\b/m.test(info)) return false;
        const found = unlessGone(() => statSync(`/proc/${pid}/fd/${descriptor}`));
        return found?.ino === file.ino && found.dev === file.dev;
      }),
    ) === true
  );
}

function runsSameProgram(pid: number): boolean {
  return (
    unlessGone(() => {
      const [own, other] = [statSync('/proc/self/exe'), statSync(`/proc/${pid}/exe`)];
      return own.ino === other.ino && own.dev === other.dev;
    }) === true
  );
}

/** Changes whenever the process was given a processor: one that is stopped, frozen or in a debugger has the same for ever. */
export function signOfLife(pid: number): string {
  const status = unlessGone(() => readFileSync(`/proc/${pid}/status`, 'utf8')) ?? '';
  return (status.match(/^(?:non)?voluntary_ctxt_switches:.*$/gm) ?? []).join(' ');
}

/** Processes end while they are looked at. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
