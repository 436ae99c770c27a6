import type { Main } from './run-bundle.ts';

const OLDEST_NODE = 20;

/** Put in by the build. */
declare const FW_VERSION: string;

/** Answers --version itself, and hands every other command line to what `load` gives. */
export function start(load: () => Main): void {
  // Libraries ask for the home folder and the shell while they load, and fail for a user without a name. fw uses neither.
  process.env.HOME ||= '/';
  process.env.SHELL ||= '/bin/sh';
  // oclif would take 4 ms to compare versions.
  process.env.OCLIF_DISABLE_ENGINE_WARNING = '1';
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    process.stderr.write(`fw needs Node ${OLDEST_NODE} or newer; this is ${process.version}\n`);
    process.exit(1);
  }
  if (process.argv.length === 3 && /^(--?version|-v|version)$/.test(process.argv[2] ?? '')) {
    process.stdout.write(`fw/${FW_VERSION} ${process.platform}-${process.arch} node-${process.version}\n`);
  } else {
    void load().main(process.argv.slice(2));
  }
}
