import { resolve } from 'node:path';
import { FwError } from '../../core/errors.ts';
import type { Watchdog } from '../../ports.ts';
import { apartFromInit } from '../files/apart-from-init.ts';
import { hasSystemd } from '../files/has-systemd.ts';
import { terminalOf } from '../files/terminal.ts';
import { run, startDetached } from './exec.ts';

/**
 * The watchdog is `fw watchdog` in a process of its own. Where systemd runs it is a transient unit, because a service manager may end
 * everything that a login session leaves behind; elsewhere it is a process in a session of its own.
 */
export function openWatchdog(dataDir: string): Watchdog {
  return {
    arm: async (journalId) => {
      // A unit of systemd has another working folder.
      const words = watchdogCommand(resolve(dataDir), journalId);
      const said = hasSystemd() ? await startUnit(journalId, words) : await startProcess(words);
      if (said === undefined) return;
      throw new FwError('apply.no-watchdog', 'the watchdog does not start, so nothing is applied', { said });
    },
  };
}

function watchdogCommand(dataDir: string, journalId: string): readonly string[] {
  const terminal = terminalOf();
  const place = terminal === undefined ? [] : ['--terminal', terminal];
  return [process.execPath, process.argv[1] ?? '', 'watchdog', '--data-dir', dataDir, '--journal', journalId, ...place];
}

async function startProcess([file, ...args]: readonly string[]): Promise<string | undefined> {
  return startDetached(file ?? '', args, {});
}

/**
 * systemd starts a unit in its own namespaces. For fw `host` is the one in which it runs itself, as under `ip netns exec`, so that is where
 * its watchdog belongs. This process is there for as long as the unit starts.
 */
function stayHere(): readonly string[] {
  const kinds = apartFromInit().map((kind) => `--${kind === 'mnt' ? 'mount' : kind}=/proc/${process.pid}/ns/${kind}`);
  return kinds.length === 0 ? [] : ['nsenter', ...kinds, '--'];
}

/** `systemd-run` returns when the unit says that it is ready (Type=notify). */
async function startUnit(journalId: string, words: readonly string[]): Promise<string | undefined> {
  const properties = [
    '--quiet',
    '--collect',
    '--service-type=notify',
    '--property=NotifyAccess=all',
    '--property=TimeoutStopSec=5',
  ];
  const ran = await run('systemd-run', [
    ...properties,
    `--unit=fw-watchdog-${journalId}`,
    '--',
    ...stayHere(),
    ...words,
  ]);
  return ran.exitCode === 0 ? undefined : ran.stderr.trim();
}
