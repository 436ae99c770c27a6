import { existsSync, readlinkSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { OtherRuns, SpareWatchdog, Watchdog } from '../../ports/ports.ts';
import type { OwnProgram } from '../host/own-program.ts';
import { terminalOf } from '../host/terminal.ts';
import { isLocked } from '../lock/is-locked.ts';
import { runtimeFolder } from '../lock/runtime-lock.ts';
import { run, startDetached } from '../process/exec.ts';
import { journalPath } from '../store/journal-store.ts';
import { inTime } from '../store/limit-store.ts';
import { readRegister } from './read-register.ts';

/** In place of the id of a journal: it comes as a line of standard input, see `fw watchdog`. */
const LATER = '-';

const OWN_PROGRAM = '/proc/self/exe';
const KINDS = ['mnt', 'net'] as const;

/**
 * The watchdog is `fw watchdog` in a process of its own. Where systemd runs it is a transient unit, because a service manager may end
 * everything that a login session leaves behind; elsewhere it is a process in a session of its own. `program` is how fw is started; with `hasTerminal` the watchdog
 * tells the terminal of this process, where there is one, that it has gone back.
 */
export function openWatchdog(
  dataDir: string,
  options: { readonly program: OwnProgram; readonly hasTerminal: boolean },
): Watchdog {
  let armed = 0;
  return {
    // A unit gets its words from systemd, and no input of ours.
    spare: (confirmSeconds) => {
      if (hasSystemd()) return undefined;
      return startSpare(watchdogCommand(options, resolve(dataDir), LATER, confirmSeconds));
    },
    isAlive: (journalId) => isWatched(resolve(dataDir), journalId),
    others: async () => {
      const folder = resolve(dataDir);
      return inTime(othersThan(folder), 'looking for applies of other data folders');
    },
    arm: async (journalId, confirmSeconds) => {
      // A unit of systemd has another working folder.
      const words = watchdogCommand(options, resolve(dataDir), journalId, confirmSeconds);
      armed += 1;
      const unit = `fw-watchdog-${journalId}${armed === 1 ? '' : `-${armed}`}`;
      const output = hasSystemd()
        ? await startUnit(unit, [options.program.runtime, ...words])
        : await startProcess(words);
      if (output === undefined) return;
      throw new FwError('apply.no-watchdog', 'the watchdog does not start, so nothing is applied', { output });
    },
  };
}

/** What this data folder has an unfinished journal of is none of another one, whatever path leads to it. */
async function othersThan(folder: string): Promise<OtherRuns> {
  const { runs, unread } = await readRegister(await runtimeFolder(), folder);
  const isOther = await Promise.all(runs.map(({ id }) => access(journalPath(folder, id)).then(isNot, isSo)));
  return { runs: runs.filter((_, at) => isOther[at]), unread };
}

const isSo = () => true;
const isNot = () => false;

/** A watchdog has the journal locked as long as it lives. */
async function isWatched(dataDir: string, journalId: string): Promise<boolean | undefined> {
  const asked = inTime(isLocked(journalPath(dataDir, journalId)), 'looking for the watchdog');
  return asked.catch(() => undefined);
}

/** Seconds: what is stopped for less may go on. Of an apply that waits less to be confirmed it is that time. */
const MOST_PATIENCE = 60;
const LEAST_PATIENCE = 5;

function watchdogCommand(
  { program, hasTerminal }: Parameters<typeof openWatchdog>[1],
  dataDir: string,
  journalId: string,
  confirmSeconds = MOST_PATIENCE,
): readonly string[] {
  const terminal = hasTerminal ? terminalOf() : undefined;
  const place = terminal === undefined ? [] : ['--terminal', terminal];
  const patience = Math.min(Math.max(Math.floor(confirmSeconds), LEAST_PATIENCE), MOST_PATIENCE);
  return [
    ...[...program.script, 'watchdog', '--data-dir', dataDir, '--journal', journalId],
    ...['--patience', String(patience), ...place],
  ];
}

/** The program that runs now, also where a package has put another one in its place. */
function startProcess(words: readonly string[]): Promise<string | undefined> {
  return startDetached(OWN_PROGRAM, words);
}

function startSpare(words: readonly string[]): SpareWatchdog {
  let tell = (_: string | undefined) => {};
  const told = new Promise<string | undefined>((resolve) => {
    tell = resolve;
  });
  const output = startDetached(OWN_PROGRAM, words, told).catch(String);
  return {
    watch: async (journalId) => {
      tell(journalId);
      return (await output) === undefined;
    },
    release: () => tell(undefined),
  };
}

/**
 * systemd starts a unit in its own namespaces. For fw `host` is the one in which it runs itself, as under `ip netns exec`, so that is where
 * its watchdog belongs. This process is there for as long as the unit starts.
 */
function stayHere(): readonly string[] {
  const kinds = apartFromInit().map((kind) => `--${kind === 'mnt' ? 'mount' : kind}=/proc/${process.pid}/ns/${kind}`);
  return kinds.length === 0 ? [] : ['nsenter', ...kinds, '--'];
}

/** What every systemd that knows transient units takes. `Type=notify`: `systemd-run` returns when the unit says that it is ready. */
const BASIC = ['--quiet', '--collect', '--service-type=notify'];
const BASIC_PROPERTIES = ['NotifyAccess=all', 'TimeoutStopSec=5', 'Slice=system.slice'];

/**
 * What keeps the watchdog alive: it is started again when it is killed, however often (not where it has to enter namespaces of this process, which may be gone by
 * then); the kernel ends it last when memory runs out; and it stays when the machine is brought to another target, or when all services are restarted.
 */
const LASTING = ['Restart=on-failure', 'RestartSec=1', 'StartLimitIntervalSec=0'];
const SPARED = ['OOMScoreAdjust=-1000', 'OOMPolicy=continue', 'IgnoreOnIsolate=yes', 'RefuseManualStop=yes'];

/** `words` begin with the program. Resolves to the output of the failure; undefined where the unit is there. An older systemd that does not know a property gets the basic ones. */
async function startUnit(unit: string, words: readonly string[]): Promise<string | undefined> {
  const place = stayHere();
  const lasting = [...BASIC_PROPERTIES, ...SPARED, ...(place.length === 0 ? LASTING : [])];
  const start = (name: string, properties: readonly string[]) =>
    run('systemd-run', [
      ...BASIC,
      // It would be the words of the command, and a folder may have any name.
      '--description=fw watchdog',
      ...properties.map((property) => `--property=${property}`),
      `--unit=${name}`,
      '--',
      // Of what systemd would read in these words the bus leaves it variables alone; `%` is itself.
      ...[...place, ...words].map((word) => word.replaceAll('$', '$$$$')),
    ]);
  const first = await start(unit, lasting);
  if (first.exitCode === 0) return undefined;
  const second = await start(`${unit}-basic`, BASIC_PROPERTIES);
  return second.exitCode === 0 ? undefined : `${first.stderr.trim()}\n${second.stderr.trim()}`;
}

/** True where systemd is the init that runs, as sd_booted(3) tells it. */
function hasSystemd(): boolean {
  return existsSync('/run/systemd/system');
}

/** The kinds of namespace in which this process is not where the first process is, nor what that one starts. */
function apartFromInit(): readonly (typeof KINDS)[number][] {
  return KINDS.filter((kind) => linkOf('1', kind) !== linkOf('self', kind));
}

/** A process that may not look at the first one counts as apart from it: to enter the namespace that one is in already changes nothing. */
function linkOf(process: string, kind: string): string | undefined {
  try {
    return readlinkSync(`/proc/${process}/ns/${kind}`);
  } catch {
    return undefined;
  }
}
