import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

export type Main = { readonly main: (argv: readonly string[]) => Promise<void> };
export type Load = ((name: string) => unknown) & { readonly resolve: (name: string) => string };

/**
 * A function is given to V8's optimiser after this much bytecode instead of 66 kB (Node 20). A run of fw is over in a second, most of which it waits for
 * programs: there the optimiser, on threads of its own, takes more from their cores than it gives. It saves 100 ms of processor time for
 * 200 namespaces; work on a million entries is optimised as before.
 */
const OPTIMISED_AFTER = 1_000_000;
/** The V8 of newer ones has no such flag, and complains about it on standard error. */
const HAS_FLAG = process.versions.node.startsWith('20.');

/**
 * Runs main.cjs with V8's code cache. Where there is none, or V8 refuses it (another version, other flags), main.cjs is compiled as usual; nothing is
 * ever written. `text` is the whole file as Latin-1: esbuild escapes every character that is not ASCII, and Latin-1 is read in no time.
 */
export function runBundle(bundle: {
  readonly text: string;
  readonly cachedData: Uint8Array | undefined;
  readonly path: string;
  readonly folder: string;
  readonly module: { exports: unknown };
  readonly load: Load;
}): Main {
  const { text, cachedData, path, folder, module, load } = bundle;
  // One line, so that line numbers in a stack are those of the file. scripts/code-cache.mjs makes the cache from the same words.
  const source = `(function (exports, require, module, __filename, __dirname) {${text}\n})`;
  const script = new Script(source, {
    filename: path,
    ...(cachedData && { cachedData: Buffer.from(cachedData.buffer, cachedData.byteOffset, cachedData.byteLength) }),
  });
  // Not earlier: V8 refuses a cache that was made under other flags.
  if (HAS_FLAG) setFlagsFromString(`--interrupt-budget=${OPTIMISED_AFTER}`);
  script.runInThisContext()(module.exports, load, module, path, folder);
  return module.exports as Main;
}
