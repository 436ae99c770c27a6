import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Main, runBundle } from './run-bundle.ts';
import { start } from './start.ts';

// dist/fw.cjs: runs dist/main.cjs, beside which the build keeps a code cache for each Node that it knew, wherever dist/ lies by now.

start(() => loadMain(join(__dirname, 'main.cjs')));

function loadMain(path: string): Main {
  const load = createRequire(path);
  const module = new Module(path);
  // oclif asks for the commands by the path of this file: it must be given this one, not a second copy.
  load.cache[path] = module;
  const text = readFileSync(path, 'latin1');
  return runBundle({
    text,
    cachedData: readCache(`${path}.${process.version}-${process.arch}.cache`),
    path,
    folder: __dirname,
    module,
    load,
  });
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
