// Builds dist/: fw.cjs (the launcher that `fw` is), main.cjs (everything but the screen), main.cjs.cache (V8's code cache for it)
// and one .mjs for each .tsx that is loaded by import(): Ink needs ESM, and only a terminal needs Ink.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { build } from 'esbuild';

const script = fileURLToPath(import.meta.url);
const root = dirname(dirname(script));
const dist = join(root, 'dist');
const main = join(dist, 'main.cjs');

/** React's development build alone would cost 200 ms of every start; names stay readable for stack traces. */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  legalComments: 'external',
  logLevel: 'warning',
  metafile: true,
};

/** esbuild wraps CommonJS packages in a `require` that an ES module has not got. */
const requireInModule =
  "import { createRequire as fwCreateRequire } from 'node:module';\nconst require = fwCreateRequire(import.meta.url);";

if (process.argv[2] === '--cache') writeCache();
else await buildAll();

async function buildAll() {
  const started = performance.now();
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  const screens = new Set();
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/run.ts'],
    outfile: main,
    format: 'cjs',
    plugins: [screensApart(screens)],
  });
  importScreens(screens);
  refuseInMain(metafile, ['ink', 'react', 'yoga-layout']);
  await buildLauncher();
  for (const screen of screens) await buildScreen(screen);
  makeCache();
  console.log(`built dist in ${Math.round(performance.now() - started)} ms`);
}

/** Leaves `import('./x.tsx')` outside main.cjs as `import("./x.mjs")` and notes which files that are. */
function screensApart(screens) {
  return {
    name: 'screens-apart',
    setup(pluginBuild) {
      pluginBuild.onResolve({ filter: /\.tsx$/ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        screens.add(resolve(resolveDir, path));
        return { path: `./${basename(path, '.tsx')}.mjs`, external: true };
      });
    },
  };
}

/** main.cjs has no import() when it comes from the code cache; the launcher hands it one under this name. */
function importScreens(screens) {
  let text = readFileSync(main, 'utf8');
  for (const screen of screens) {
    const call = `import("./${basename(screen, '.tsx')}.mjs")`;
    if (!text.includes(call)) throw new Error(`${call} is not in main.cjs`);
    text = text.replaceAll(call, call.replace('import', 'importScreen'));
  }
  writeFileSync(main, text);
}

function refuseInMain(metafile, packages) {
  const inputs = Object.keys(metafile.inputs);
  for (const name of packages) {
    const found = inputs.find((input) => input.startsWith(`node_modules/${name}/`));
    if (found) throw new Error(`${found} is in ${relative(root, main)}: load the .tsx that needs it with import()`);
  }
}

async function buildLauncher() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const outfile = join(dist, 'fw.cjs');
  await build({
    ...shared,
    entryPoints: ['src/launch.ts'],
    outfile,
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
    define: { ...shared.define, FW_VERSION: JSON.stringify(version) },
  });
  chmodSync(outfile, 0o755);
}

async function buildScreen(entry) {
  await build({
    ...shared,
    entryPoints: [entry],
    outfile: join(dist, `${basename(entry, '.tsx')}.mjs`),
    format: 'esm',
    banner: { js: requireInModule },
    // React's developer tools: never reached, since DEV is defined as false.
    external: ['./devtools.js'],
  });
}

/** In a process of its own, since filling the cache runs the program. */
function makeCache() {
  const { status, stderr } = spawnSync(process.execPath, [script, '--cache'], {
    cwd: dist,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`the code cache was not made:\n${stderr}`);
}

/** Runs a command first: V8 keeps only functions that were compiled, and it compiles them when they are called. */
function writeCache() {
  const source = `(function (exports, require, module, __filename, __dirname, importScreen) {${readFileSync(main, 'utf8')}\n})`;
  const compiled = new vm.Script(source, { filename: main });
  const module = new Module(main);
  const require = createRequire(main);
  require.cache[main] = module;
  compiled.runInThisContext()(module.exports, require, module, main, dist);
  process.on('exit', (exit) => exit === 0 && writeFileSync(`${main}.cache`, compiled.createCachedData()));
  module.exports.main('plan' in module.exports.COMMANDS ? ['plan', '--help'] : ['--help']);
}
