import { withDecided } from '../../../src/adapters/store/with-decided.ts';
import { watch } from '../../../src/app/recover/watch.ts';
import { KEPT_GENERATIONS } from '../../../src/core/generation/expired.ts';
import { foldJournal } from '../../../src/core/journal/run-state.ts';
import type { Backend } from '../../../src/core/rules/types.ts';
import type { Answer, KeptRun, OtherRuns, Ports } from '../../../src/ports/ports.ts';
import { openMemoryKernel } from '../memory-kernel/memory-kernel.ts';
import { MemoryMachine } from '../memory-kernel/memory-machine.ts';
import { FakeClock, turn } from './fake-clock.ts';
import { Died, Effects, type Fault } from './faults.ts';
import { faultyPorts } from './faulty-ports.ts';
import { MemoryDisk } from './memory-disk.ts';
import { type Files, openMemoryFiles } from './memory-files.ts';
import { appendEntry, openMemoryJournal } from './memory-journal.ts';
import { MemoryLock } from './memory-lock.ts';
import {
  openMemoryBefore,
  openMemoryEventLog,
  openMemoryGenerations,
  openMemoryProven,
  openMemoryReceipts,
  openMemoryWentBack,
} from './memory-records.ts';

export type Process = { readonly ports: Ports; readonly effects: Effects };

/** A machine on which processes of fw run, one after the other or beside each other, with one data folder. */
export class MemoryHost {
  readonly machine = new MemoryMachine();
  readonly clock = new FakeClock();
  readonly disk = new MemoryDisk();
  readonly lock = new MemoryLock();
  readonly files: Files = new Map();
  /** What the watchdogs announced. */
  readonly announced: string[] = [];
  /** How a check ends. */
  answer: () => Answer | Promise<Answer> = () => ({ passed: true, words: 'connected', output: '' });
  /** Whether a watchdog can be armed. */
  canArm = true;
  /** What watchdogs find of their journals: a disk that takes no line, or one that does not answer either. */
  journalDisk: 'well' | 'full' | 'dead' = 'well';
  /** Ids of applies whose watchdogs took their entries out. */
  readonly takenOut: string[] = [];
  /** What other data folders have entered. */
  others: OtherRuns = { runs: [], unread: [] };
  preferred: Backend = 'nft';
  #boot = 1;
  #pid = 100;
  readonly #watchdogs = new Map<string, Set<Effects>>();

  /** Starts a process of fw. */
  start(fault?: Fault): Process {
    const made = this.#open(fault, 'moving');
    return { effects: made.effects, ports: faultyPorts(made.ports, made.effects) };
  }

  /** Kills every watchdog. */
  killWatchdogs(): void {
    for (const one of [...this.#watchdogs.values()].flatMap((all) => [...all])) one.die();
  }

  /** The kernel forgets its rules, every process ends, and the disk stays. */
  boot(): void {
    this.killWatchdogs();
    this.machine.boot();
    this.#boot += 1;
    this.clock.booted += this.clock.uptime * 1000;
    this.clock.uptime = 5;
  }

  /** Lets every process go on until all of them wait. */
  async settle(): Promise<void> {
    await turn();
    await turn();
  }

  #open(fault: Fault | undefined, time: 'moving' | 'standing'): Process {
    this.#pid += 1;
    const { disk, machine, lock, files } = this;
    const locks = new Set<() => Promise<void>>();
    const clock = this.clock[time]();
    const boot = () => `00000000-0000-4000-8000-${String(this.#boot).padStart(12, '0')}`;
    // The kernel frees the locks of a process that ends, however it ends.
    const effects = new Effects(fault, () => {
      for (const release of locks) void release();
      kernelLock.release();
    });
    const kernel = openMemoryKernel(machine, { preferred: this.preferred, now: () => this.clock.now() });
    const kernelLock = { release: () => {} };
    const journal = openMemoryJournal({ disk, clock, pid: this.#pid, boot });
    const ports: Ports = {
      ...openMemoryFiles(files),
      kernel: {
        ...kernel,
        holdLegacyLock: async () => {
          const held = await kernel.holdLegacyLock();
          kernelLock.release = () => void held.release();
          if (effects.isDead) kernelLock.release();
          return held;
        },
      },
      journal,
      ...withDecided({ generations: openMemoryGenerations(disk), before: openMemoryBefore(disk) }, journal),
      wentBack: openMemoryWentBack(disk),
      eventLog: openMemoryEventLog(disk),
      receipts: openMemoryReceipts(disk),
      proven: openMemoryProven(disk.proven),
      chainBytes: openMemoryProven(disk.chainBytes),
      lock: {
        acquire: async (purpose, timeoutSeconds) => {
          const held = await lock.acquire(purpose, timeoutSeconds);
          locks.add(held.release);
          if (effects.isDead) await held.release();
          return held;
        },
        standing: async () => lock.standing,
        holder: async () => lock.holder,
      },
      dataFolder: { fault: async () => undefined, keep: KEPT_GENERATIONS },
      sshConnection: () => undefined,
      hostSettings: () => ({}),
      lookAtMachine: async () => ({ families: { ipv4: {}, ipv6: {} } }),
      conntrack: noConntrack,
      askRoute: async () => ({ kind: 'none', why: 'no routes in memory' }),
      watchdog: {
        arm: async (journalId) => this.#arm(journalId),
        isAlive: async (journalId) => [...(this.#watchdogs.get(journalId) ?? [])].some(({ isDead }) => !isDead),
        others: async () => this.others,
      },
      prober: { probe: async () => this.answer() },
      clock,
      report: () => {},
    };
    return { ports, effects };
  }

  #arm(journalId: string): void {
    if (!this.canArm) throw new Error('the watchdog does not start');
    const run = foldJournal(this.disk.journals.get(journalId) ?? '');
    if (run === undefined) throw new Error(`there is no journal ${journalId} to watch`);
    const { ports, effects } = this.#open(undefined, 'standing');
    const faulty = faultyPorts(ports, effects);
    const kept: KeptRun = {
      run,
      fate: async () => (this.journalDisk === 'dead' ? undefined : faulty.journal.fateOf(journalId)),
      append: async (entry) => {
        effects.check();
        if (this.journalDisk !== 'well') throw new Error('no line is taken');
        appendEntry(this.disk, journalId, entry);
      },
      concluded: async () => void this.takenOut.push(journalId),
      hasName: async () => this.disk.journals.has(journalId),
      acquire: () => faulty.lock.acquire('fw watchdog', Number.POSITIVE_INFINITY),
    };
    const watching = {
      ...faulty,
      journal: { ...faulty.journal, open: async () => ({ id: journalId, append: kept.append }) },
    };
    const alive = this.#watchdogs.get(journalId) ?? new Set();
    this.#watchdogs.set(journalId, alive.add(effects));
    const gone = () => void alive.delete(effects);
    watch(watching, kept, async (words) => void this.announced.push(words)).then(gone, (error: unknown) => {
      gone();
      if (!(error instanceof Died)) this.announced.push(`the watchdog ended: ${String(error)}`);
    });
  }
}

/** No machine in memory has the program, and nothing guesses in its place. */
const noConntrack: Ports['conntrack'] = {
  list: (targets) => targets.map(async () => ({ exitCode: -1, stdout: '', stderr: '', problem: 'missing' as const })),
  routes: async () => new Map(),
  deleteEntry: async () => ({ exitCode: -1, stdout: '', stderr: '', problem: 'missing' }),
  closeSockets: async () => 'open',
};
