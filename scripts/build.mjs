// Builds dist/: fw.cjs (the launcher that `fw` is), main.cjs (everything but the screen), main.cjs.cache (V8's code cache for it)
// and one .mjs for each .tsx that is loaded by import(): Ink needs ESM, and only a terminal needs Ink.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { tmpdir } from 'node:os';
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
    entryPoints: ['src/main/run.ts'],
    outfile: main,
    format: 'cjs',
    charset: 'ascii',
    minifyWhitespace: true,
    minifySyntax: true,
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
    entryPoints: ['src/main/launch.ts'],
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

/** Runs a plan first: V8 keeps only functions that were compiled, and it compiles them when they are called. No live rule is looked at. */
function writeCache() {
  const folder = mkdtempSync(join(tmpdir(), 'fw-build-'));
  const argv = writeSample(folder);
  const source = `(function (exports, require, module, __filename, __dirname, importScreen) {${readFileSync(main, 'latin1')}\n})`;
  const compiled = new vm.Script(source, { filename: main });
  const module = new Module(main);
  const require = createRequire(main);
  require.cache[main] = module;
  compiled.runInThisContext()(module.exports, require, module, main, dist);
  process.on('exit', (exit) => {
    rmSync(folder, { recursive: true });
    if (exit === 0) writeFileSync(`${main}.cache`, compiled.createCachedData());
  });
  module.exports.main(argv);
}

/**
 * A state, a snapshot of rules that it changes, and the words of the plan from the one to the other. Every rule that stays or is moved stands
 * in the snapshot as it is, so the kernel need not be asked how it spells any.
 */
function writeSample(folder) {
  const rules = [
    '-s 192.0.2.1/32 -p tcp -m tcp --dport 22 -j ACCEPT',
    '-m comment --comment "a b" -j web',
    '-i lo -j DROP',
  ];
  const live = { name: 'web', counters: ['0', '0'], rules: rules.map((text) => ({ text, counters: ['1', '60'] })) };
  const chains = ['INPUT', 'FORWARD', 'OUTPUT'].map((name) => ({ ...live, name, policy: 'ACCEPT' }));
  const ruleset = (family) => ({ family, tables: [{ name: 'filter', chains: [...chains, { ...live, rules: [] }] }] });
  const snapshot = {
    ...{ format_version: '1.0', kind: 'snapshot', fw_version: '0', created: '2026-01-01T00:00:00.000Z', host: 'build' },
    versions: '',
    namespaces: ['edge', 'gate'].map((name) => ({
      ...{ namespace: { kind: 'named', name }, backend: 'nft', ipv4: ruleset('ipv4'), ipv6: ruleset('ipv6'), sets: [] },
    })),
  };
  const digest = `sha256:${createHash('sha256').update(JSON.stringify(snapshot)).digest('hex')}`;
  const [first, second, third] = rules;
  const state = `namespace: edge\nownership: exclusive\ntables:\n  filter:\n    INPUT:\n      policy: ACCEPT\n      rules: ${JSON.stringify([third, first])}\n    web:\n      - ${JSON.stringify(first)}\n`;
  const script = `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${first}\n-A INPUT ${second}\n:web - [0:0]\nCOMMIT\n`;
  mkdirSync(join(folder, 'state', 'gate'), { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'state', 'edge.yaml'), state);
  writeFileSync(join(folder, 'state', 'gate', 'ipv4.rules'), script);
  writeFileSync(join(folder, 'live'), `${JSON.stringify({ ...snapshot, digest })}\n`);
  return ['plan', '--state', join(folder, 'state'), '--live', join(folder, 'live'), '--data-dir', join(folder, 'data')];
}
