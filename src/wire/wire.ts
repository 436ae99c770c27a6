import { openBaselineStore, openTotalsStore } from '../adapters/baselines/baseline-store.ts';
import { conntrack } from '../adapters/conntrack/conntrack.ts';
import { openDocuments } from '../adapters/documents/documents.ts';
import { openPlanFiles } from '../adapters/documents/plan-files.ts';
import { openScaffolds } from '../adapters/documents/scaffold-files.ts';
import { git } from '../adapters/git/git.ts';
import { clock } from '../adapters/host/clock.ts';
import { hostSettings } from '../adapters/host/host-settings.ts';
import { operatorOf } from '../adapters/host/operator.ts';
import { ownProgram } from '../adapters/host/own-program.ts';
import { writeTerminal } from '../adapters/host/terminal.ts';
import { openKernel } from '../adapters/iptables/kernel.ts';
import { openLock } from '../adapters/lock/run-lock.ts';
import { askRoute } from '../adapters/netns/ask-route.ts';
import { lookAtMachine } from '../adapters/netns/look-at-machine.ts';
import { probeTcp } from '../adapters/probe/probe-tcp.ts';
import { openProber } from '../adapters/probe/prober.ts';
import { withinLimit } from '../adapters/process/call-limit.ts';
import { pinPrograms } from '../adapters/process/exec.ts';
import { limitPrograms } from '../adapters/process/limit-time.ts';
import { signatures } from '../adapters/signatures/signatures.ts';
import { sshConnection } from '../adapters/ssh/ssh-connection.ts';
import { fullPath, isThere } from '../adapters/state-files/full-path.ts';
import { openShippedFiles } from '../adapters/state-files/shipped-files.ts';
import { openStateFiles } from '../adapters/state-files/state-files.ts';
import { openTemplateFiles } from '../adapters/state-files/template-files.ts';
import { appendLog } from '../adapters/store/append-log.ts';
import { openBeforeStore } from '../adapters/store/before-store.ts';
import { findFault } from '../adapters/store/data-folder.ts';
import { openEventLog } from '../adapters/store/event-log.ts';
import { openGenerationStore } from '../adapters/store/generation-store.ts';
import { openJournalStore } from '../adapters/store/journal-store.ts';
import { limitFiles, limitStore } from '../adapters/store/limit-store.ts';
import { openProvenStore } from '../adapters/store/proven-store.ts';
import { openReceiptStore } from '../adapters/store/receipt-store.ts';
import { openWentBackStore } from '../adapters/store/went-back-store.ts';
import { withDecided } from '../adapters/store/with-decided.ts';
import { keepRun } from '../adapters/watchdog/kept-run.ts';
import { logToSyslog } from '../adapters/watchdog/log-to-syslog.ts';
import { notifySystemd } from '../adapters/watchdog/notify-systemd.ts';
import { spareFromOom } from '../adapters/watchdog/spare-from-oom.ts';
import { openWatchdog } from '../adapters/watchdog/watchdog.ts';
import type { Probe } from '../core/desired/types.ts';
import type { Scaffolds } from '../ports/file-ports.ts';
import type { Announce, Answer, KeptRun, Ports, Reporter } from '../ports/ports.ts';
import type { BaselineStore, TotalsStore } from '../ports/record-ports.ts';

/** Builds the real ports: this machine's kernel, the files of this folder, the data folder that the flags name. */
export function wire(options: {
  readonly dataDir: string;
  readonly report: Reporter;
  /** Reads a state or a plan that others may write even as root. */
  readonly allowUntrusted?: boolean;
  /** The script of fw, which is started again as watchdog and for checks; the templates of fw are next to its folder. The script that was started, unless given. */
  readonly program?: string;
  /** How many of the newest generations stay. Without it this run removes none, and lets none share. */
  readonly keep?: number;
  /** False where the terminal of this process is not one that fw may write to. */
  readonly hasTerminal?: boolean;
}): Ports {
  const { hasTerminal = true } = options;
  const program = ownProgram(options.program);
  const lock = openLock(options.dataDir);
  const trust = { allowUntrusted: options.allowUntrusted ?? false };
  const journal = limitStore(openJournalStore(options.dataDir, clock), 'journal');
  const generations = limitStore(openGenerationStore(options.dataDir), 'generations');
  const before = limitStore(openBeforeStore(options.dataDir), 'generations');
  return {
    kernel: openKernel(lock.descriptors),
    fullPath,
    isThere,
    stateFiles: openStateFiles(trust),
    templates: openTemplateFiles({ ...trust, shipped: openShippedFiles(options.program) }),
    journal,
    ...withDecided({ generations, before }, journal),
    wentBack: limitStore(openWentBackStore(options.dataDir), 'journal'),
    eventLog: limitStore(openEventLog(options.dataDir), 'journal'),
    receipts: limitStore(openReceiptStore(options.dataDir), 'receipts'),
    planFiles: openPlanFiles(trust),
    signatures,
    git,
    documents: openDocuments(trust),
    sshConnection: () => sshConnection(process.env),
    hostSettings,
    askRoute,
    conntrack,
    lookAtMachine,
    proven: limitStore(openProvenStore(options.dataDir, 'digests'), 'proven'),
    chainBytes: limitStore(openProvenStore(options.dataDir, 'bytes'), 'proven'),
    lock,
    dataFolder: { fault: () => findFault(options.dataDir), keep: options.keep },
    watchdog: openWatchdog(options.dataDir, { program, hasTerminal }),
    prober: openProber([program.runtime, ...program.script]),
    clock,
    report: options.report,
  };
}

/**
 * What a watchdog works with: as `wire`, but its apply, its lock and its journal are kept by this process, and what it starts holds the lock as well.
 * Everything that it will ever need of the data folder's disk has been read when this resolves.
 */
export async function wireWatch(options: {
  readonly dataDir: string;
  readonly journalId: string;
  readonly patienceSeconds: number;
  readonly announce: Announce;
}): Promise<{ readonly ports: Ports; readonly kept: KeptRun }> {
  const { dataDir, journalId, patienceSeconds, announce } = options;
  spareFromOom();
  pinPrograms(['iptables-nft-restore', 'iptables-legacy-restore', 'ipset', 'nft', 'nsenter', 'flock']);
  const killed = (pid: number) =>
    void announce(`fw, pid ${pid}, was stopped for ${patienceSeconds} s with unproven rules live: it is killed`);
  const kept = await keepRun(dataDir, journalId, { clock, patienceSeconds, killed });
  const ports = wire({ dataDir, report: () => {} });
  const boot = await ports.journal.bootId();
  const open = async () => ({ id: journalId, append: kept.append });
  const journal = { ...ports.journal, open, bootId: async () => boot };
  return { ports: { ...ports, journal, kernel: openKernel(kept.descriptors) }, kept };
}

/** Tells the log of the data folder, a terminal that may be there, and the log of the system what happens without a user at the screen; each by itself. */
export function wireAnnounce(options: { readonly dataDir: string; readonly terminal: string | undefined }): Announce {
  return async (words) => {
    const { dataDir, terminal } = options;
    await Promise.allSettled([
      terminal === undefined ? undefined : writeTerminal(terminal, `fw: ${words}`),
      logToSyslog(words),
      limitStore({ appendLog }, 'fw.log').appendLog(dataDir, clock.now(), words),
    ]);
  };
}

/** One try of a check from where this process is. */
export async function wireProbe(probe: Exclude<Probe, { kind: 'command' }>, timeoutMs: number): Promise<Answer> {
  if (probe.kind === 'tcp') return probeTcp(probe, timeoutMs);
  // Node takes 3 ms to load HTTP and TLS, which every other start need not wait for.
  const { probeHttp } = await import('../adapters/probe/probe-http.ts');
  return probeHttp(probe, timeoutMs);
}

/** The starters that are next to the program that was started. `allowUntrusted` as for `wire`. */
export function wireScaffolds(options: { readonly allowUntrusted: boolean; readonly program?: string }): Scaffolds {
  return openScaffolds({ allowUntrusted: options.allowUntrusted, shipped: openShippedFiles(options.program) });
}

/** A page of docs/, by its name. */
export async function wirePage(name: string): Promise<string> {
  const { readPage } = await import('../adapters/documents/read-page.ts');
  return readPage(name);
}

/** Tells the process that started this one that it is at work: systemd by its protocol, a parent by a line on standard output. */
export async function wireReady(): Promise<void> {
  if (process.env.NOTIFY_SOCKET !== undefined) await notifySystemd();
  else process.stdout.write('ready\n');
}

/** What each reader of counters was told last. */
export function wireBaselines(dataDir: string): BaselineStore {
  return limitStore(openBaselineStore(dataDir), 'counters');
}

/** What rules have counted for metrics. */
export function wireTotals(dataDir: string): TotalsStore {
  return limitStore(openTotalsStore(dataDir), 'counters');
}

/** Sets the longest time, in seconds, for each program that fw starts and for each effect on a file of the data folder. */
export function wireTimeout(seconds: number): void {
  limitPrograms(seconds);
  limitFiles(seconds);
}

/** Runs some work under a limit of its own for programs and the disk of the data folder, instead of that of the process. */
export function wireWithin<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  return withinLimit(seconds, work);
}

/** Who runs fw, for journal and history. */
export function wireOperator(): string {
  return operatorOf(process.env);
}

export { openLineFile as wireLineFile } from '../adapters/documents/line-file.ts';
export { appendReport as wireAppend, replaceMetrics as wireMetrics } from '../adapters/documents/report-files.ts';
export { askLine as wireAsk } from '../adapters/host/ask-line.ts';
export { hostName as wireHost } from '../adapters/host/host-name.ts';
export { fullPath as wireFullPath } from '../adapters/state-files/full-path.ts';
export { readInput as wireInput } from '../adapters/state-files/read-input.ts';
