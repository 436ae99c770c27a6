import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

// dist/fw.cjs. It answers --version itself and runs dist/main.cjs with V8's code cache, which the build keeps beside it. Without the
// cache, or when V8 refuses it (another version, other flags), main.cjs is compiled as usual; nothing is ever written.

const OLDEST_NODE = 20;
const node = Number(process.versions.node.split('.')[0]);

/**
 * A function is given to V8's optimiser after this much bytecode instead of 66 kB (Node 20). A run of fw is over in a second, most of which it waits for
 * programs: there the optimiser, on threads of its own, takes more from their cores than it gives. It saves 100 ms of processor time for
 * 200 namespaces; work on a million entries is optimised as before.
 */
const OPTIMISED_AFTER = 1_000_000;
/** The V8 of Node 22 and 24 has no such flag, and complains about it on standard error. */
const HAS_FLAG = node === 20;

/** Put in by the build. */
declare const FW_VERSION: string;

type Main = { readonly main: (argv: readonly string[]) => Promise<void> };

// Libraries ask for the home folder and the shell while they load, and fail for a user without a name. fw uses neither.
process.env.HOME ||= '/';
process.env.SHELL ||= '/bin/sh';
// oclif would take 4 ms to compare versions.
process.env.OCLIF_DISABLE_ENGINE_WARNING = '1';
if (node < OLDEST_NODE) {
  process.stderr.write(`fw needs Node ${OLDEST_NODE} or newer; this is ${process.version}\n`);
  process.exit(1);
}

if (process.argv.length === 3 && /^(--?version|-v|version)$/.test(process.argv[2] ?? '')) {
  process.stdout.write(`fw/${FW_VERSION} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  void loadMain(join(__dirname, 'main.cjs')).main(process.argv.slice(2));
}

function loadMain(path: string): Main {
  const require = createRequire(path);
  const cachedData = readCache(`${path}.cache`);
  // esbuild escapes every character that is not ASCII, and Latin-1 is read in no time.
  // One line, so that line numbers in a stack are those of the file. scripts/build.mjs makes the cache from the same words.
  const source = `(function (exports, require, module, __filename, __dirname, importScreen) {${readFileSync(path, 'latin1')}\n})`;
  const script = new Script(source, { filename: path, ...(cachedData && { cachedData }) });
  // Not earlier: V8 refuses a cache that was made under other flags.
  if (HAS_FLAG) setFlagsFromString(`--interrupt-budget=${OPTIMISED_AFTER}`);
  const main = new Module(path);
  // oclif asks for the commands by the path of this file: it must be given this one, not a second copy.
  require.cache[path] = main;
  script.runInThisContext()(main.exports, require, main, path, __dirname, importScreen);
  return main.exports;
}

/** A script that came from a code cache has no import() of its own (Node 20 to 24), so the screen is loaded from here. */
function importScreen(name: string): Promise<unknown> {
  return import(join(__dirname, name));
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
