import { createRequire } from 'node:module';
import { getRawAsset } from 'node:sea';
import { type Load, type Main, runBundle } from './run-bundle.ts';
import { start } from './start.ts';

// The single binary: a Node that has the files of dist/ in itself. A single executable loads no module from a file and has no import(), so every script in it
// is run from here. The folder that the scripts are told does not exist and cannot be made, so nothing can be planted there for oclif to find.

const folder = '/proc/self/fw/dist';
const path = `${folder}/main.cjs`;

// A single executable repeats there the word by which it was called, which may be no path.
process.argv[1] = process.execPath;
start(loadMain);

function loadMain(): Main {
  const module = { exports: {} };
  return runBundle({
    text: asset('main.cjs').toString('latin1'),
    cachedData: cacheOf('main.cjs'),
    path,
    folder,
    module,
    load: loader(module),
  });
}

/** What `require` is in main.cjs: itself by its path, as oclif asks for the commands; the screen; and what is built into Node. */
function loader(main: { readonly exports: unknown }): Load {
  const builtIn = createRequire(path);
  const loaded = new Map<string, unknown>();
  const load = (name: string): unknown => {
    if (name === path) return main.exports;
    if (!name.startsWith('./')) return builtIn(name);
    if (!loaded.has(name)) loaded.set(name, loadScript(name.slice('./'.length), load));
    return loaded.get(name);
  };
  load.resolve = (name: string) => (name === path ? name : builtIn.resolve(name));
  return load;
}

function loadScript(name: string, load: Load): unknown {
  const module = { exports: {} };
  return runBundle({
    text: asset(name).toString('latin1'),
    cachedData: cacheOf(name),
    path: `${folder}/${name}`,
    folder,
    module,
    load,
  });
}

/** Not copied: the bytes are those of the executable in memory. */
function asset(name: string): Buffer {
  return Buffer.from(getRawAsset(name) as ArrayBuffer);
}

/** There is none where the binary was built on another processor than it is for. */
function cacheOf(name: string): Buffer | undefined {
  try {
    return asset(`${name}.cache`);
  } catch {
    return undefined;
  }
}
