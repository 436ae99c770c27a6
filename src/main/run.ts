import { dirname } from 'node:path';
import { Config, type Interfaces, run } from '@oclif/core';
import pjson from '../../package.json' with { type: 'json' };
import { COMMANDS } from '../cli/commands/index.ts';
import { TOPICS } from '../cli/output/help-topics.ts';
import { warn } from '../cli/output/warn.ts';
import { reportError } from '../cli/run/report-error.ts';
import { exitOf, toFwError } from '../cli/run/to-fw-error.ts';
import { hasBegunWriting, writtenState } from '../cli/run/with-screen.ts';
import { EXIT, FwError } from '../core/diagnostics/errors.ts';
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
  // Node would open its debugger, by which every user of the machine could run code in this process.
  process.on('SIGUSR1', () => undefined);
  // No output ends an apply: not a reader that left (`fw plan | head`), a terminal that was closed, or the full disk of a log.
  let lost: Error | undefined;
  for (const output of [process.stdout, process.stderr]) {
    // oclif's own listener throws for everything but EPIPE, which would end an apply half-way.
    output.removeAllListeners('error');
    output.on('error', (error) => {
      if (!isLostReader(error, output)) lost ??= error;
    });
  }
  const exit = await runCommand(rewriteArgv(argv, TOPICS));
  const written = () => Promise.all([process.stdout, process.stderr].map(flush));
  await written();
  process.exitCode = lost === undefined ? exit : endWithLost(lost, exit, argv);
  if (lost !== undefined) await written();
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
    (id === 'help' && !TOPICS.has(argv[1] ?? '')) ||
    argv.includes('--help') ||
    argv.includes('-h') ||
    (id === 'completion' && !argv.includes('--values'));
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
  const known = Object.keys(COMMANDS).filter((id) => COMMANDS[id]?.hidden !== true);
  const error = toFwError(thrown, undefined, 'unchanged', known);
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

function leaveUnproven(thrown: unknown, argv: readonly string[]): void {
  const error = toFwError(thrown, undefined, writtenState());
  reportError(error, argv);
  process.exit(error.exit);
}

/** A reader that left and a terminal that was closed want no more, and change no exit number. */
function isLostReader({ code }: NodeJS.ErrnoException, { isTTY }: NodeJS.WriteStream): boolean {
  return code === 'EPIPE' || (code === 'EIO' && isTTY);
}

/**
 * What was printed is not all where it should be. A command that only answers has failed then; one that wrote to the firewall, or failed itself, ends
 * with the number that says so.
 */
function endWithLost({ message }: Error, exit: number, argv: readonly string[]): number {
  const words = 'what this run printed could not be written as a whole';
  if (exit === EXIT.ok && !hasBegunWriting()) {
    const error = new FwError('env.output', words, { output: message });
    reportError(error, argv);
    return error.exit;
  }
  warn(`${words}: ${message}. It did what its exit number says, ${exit}.`);
  return exit;
}

function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
