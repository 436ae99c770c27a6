import { openJournalStore } from './adapters/files/journal-store.ts';
import { stateFiles } from './adapters/files/state-files.ts';
import { openKernel } from './adapters/kernel/kernel.ts';
import { openLock } from './adapters/kernel/run-lock.ts';
import type { Ports, Reporter } from './ports.ts';

/** Builds the real ports: this machine's kernel, the files of this folder, the data folder that the flags name. */
export function wire(options: { readonly dataDir: string; readonly report: Reporter }): Ports {
  const clock = { now: () => new Date() };
  return {
    kernel: openKernel(),
    stateFiles,
    journal: openJournalStore(options.dataDir, clock),
    lock: openLock(options.dataDir),
    clock,
    report: options.report,
  };
}
