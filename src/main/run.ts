import { dirname } from 'node:path';
import { Config, type Interfaces, run } from '@oclif/core';
import pjson from '../../package.json' with { type: 'json' };
import { COMMANDS } from '../cli/commands/index.ts';
import { reportError } from '../cli/run/report-error.ts';
import { exitOf, toFwError } from '../cli/run/to-fw-error.ts';
import { hasBegunWriting } from '../cli/run/with-screen.ts';
import { EXIT } from '../core/diagnostics/errors.ts';
import { rewriteArgv } from './argv.ts';

/**
 * oclif looks here for the commands: `oclif.commands` in package.json names this bundle. It describes and sorts all that it finds before it
 * runs one, which takes 15 ms; so a command line that names a command and asks for no help shows it this one only. Help and the scripts of
 * `fw completion` are about all of them.
 */
const commands = asked(process.argv.slice(2));

export { commands as COMMANDS };

/** Hands the command line to oclif and leaves with the number that the command resolved to. */
export async function main(argv: readonly string[]): Promise<void> {
  // Ends that no command chose. It is not known here how far an apply was, so neither may look like "nothing changed".
  process.on('uncaughtException', (thrown) => {
    if (!isFailedStart(thrown)) leaveUnproven(thrown, argv);
  });
  process.once('beforeExit', () =>
    leaveUnproven(new Error('Nothing is left to wait for, yet the command waits.'), argv),
  );
  // A reader that left (`fw plan | head`, EPIPE) or a terminal that was closed (EIO) ends no apply and changes no exit number.
  for (const output of [process.stdout, process.stderr]) {
    // oclif's own listener throws for everything but EPIPE, which would end an apply half-way.
    output.removeAllListeners('error');
    output.on('error', ignoreLostReader);
  }
  process.exitCode = await runCommand(rewriteArgv(argv));
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit();
}

async function runCommand(argv: string[]): Promise<number> {
  try {
    const exit: unknown = await run(argv, await loadConfig());
    return typeof exit === 'number' ? exit : EXIT.ok;
  } catch (thrown) {
    return exitOf(thrown) ?? endWith(thrown, argv);
  }
}

function asked(argv: readonly string[]): Partial<typeof COMMANDS> {
  const [id = ''] = argv;
  const command = COMMANDS[id];
  const isAboutAll =
    argv.includes('--help') || argv.includes('-h') || (id === 'completion' && !argv.includes('--values'));
  return command === undefined || isAboutAll ? COMMANDS : { [id]: command };
}

/** fw runs as root: it takes no theme and no plugins from the folders that HOME and FW_DATA_DIR name. */
function loadConfig(): Promise<Config> {
  process.env.FW_DISABLE_THEME = '1';
  return Config.load({
    root: dirname(__dirname),
    pjson: { ...(pjson as Interfaces.PJSON), name: 'fw' },
    devPlugins: false,
    userPlugins: false,
  });
}

/** Errors outside a command: an unknown command, a fault in oclif itself. */
function endWith(thrown: unknown, argv: readonly string[]): number {
  const error = toFwError(thrown, undefined);
  reportError(error, argv);
  return error.exit;
}

/**
 * Node reports the failed start of a program twice where no descriptor is left for its outputs: to the caller, who handles it, and by an event of a
 * process that the caller never got.
 */
function isFailedStart(thrown: Error & { readonly code?: unknown; readonly syscall?: unknown }): boolean {
  return (thrown.code === 'EMFILE' || thrown.code === 'ENFILE') && String(thrown.syscall).startsWith('spawn');
}

/** Before the first write nothing can have changed, however a run ends. */
function leaveUnproven(thrown: unknown, argv: readonly string[]): void {
  const firewall = hasBegunWriting() ? 'not proven: the way back failed' : 'unchanged';
  const error = toFwError(thrown, undefined, firewall);
  reportError(error, argv);
  process.exit(error.exit);
}

function ignoreLostReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
