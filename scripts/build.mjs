// Builds dist/: fw.cjs (the launcher that `fw` is), main.cjs (everything but the screen), main.cjs.VERSION-PROCESSOR.cache (V8's code cache for it, of the Node that builds and of those that were fetched), one .cjs for each
// .tsx that is loaded by import(), since only a terminal needs Ink, graphviz.cjs, which only pictures need, library.mjs with its types, and the licenses and the list (SBOM) of the packages that are in these files.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledPackages, printLicenses } from './bundled-packages.mjs';
import { cacheFor, makeCache } from './code-cache.mjs';
import { emitTypes } from './library-types.mjs';
import { fetchedRuntimes } from './release/runtimes.mjs';
import { printSbom } from './sbom.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const main = join(dist, 'main.cjs');

/** React's development build alone would cost 200 ms of every start; names stay readable for stack traces. */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"', FW_VERSION: version() },
  legalComments: 'external',
  logLevel: 'warning',
  metafile: true,
};

/** Ink's own waiting, see `buildScreen`. */
const waitedFor = {
  name: 'waited-for',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^yoga-layout$/ }, () => ({ path: 'yoga', namespace: 'loaded' }));
    pluginBuild.onLoad({ filter: /^yoga$/, namespace: 'loaded' }, () => ({
      contents: "export * from 'yoga-layout/load'; export default module.yoga;",
      resolveDir: root,
    }));
    pluginBuild.onLoad({ filter: /\/ink\/build\/reconciler\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('isDev()'))
        throw new Error(`${path} asks for its developers' tools in other words than isDev()`);
      return { contents: text.replaceAll('isDev()', 'false') };
    });
  },
};

await buildAll();

async function buildAll() {
  const started = performance.now();
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  const apart = new Set();
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/main/run.ts'],
    outfile: main,
    format: 'cjs',
    charset: 'ascii',
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: [partsApart(apart)],
  });
  loadApart(apart);
  refuseIn('main.cjs', metafile, ['ink', 'react', 'yoga-layout', '@viz-js/viz']);
  const bundles = [metafile, await buildLauncher(), await buildLibrary()];
  for (const path of apart) bundles.push(await (path.endsWith('.tsx') ? buildScreen(path) : buildPart(path)));
  const packages = bundledPackages(root, bundles);
  writeFileSync(join(dist, 'THIRD-PARTY.txt'), printLicenses(packages));
  writeFileSync(join(dist, 'sbom.cdx.json'), printSbom(root, packages));
  emitTypes(root, 'library/index.d.ts', join(dist, 'types'));
  for (const node of [process.execPath, ...fetchedRuntimes(root)]) makeCache(node, main, cacheFor(node, main));
  // The last file of a build, by which scripts/setup tells whether one is due.
  writeFileSync(join(dist, 'built'), `${version()}\n`);
  console.log(`built dist in ${Math.round(performance.now() - started)} ms`);
}

/** Leaves `import('./x.tsx')` and that of Graphviz outside main.cjs as `import("./x.cjs")` and notes which files that are. */
function partsApart(apart) {
  return {
    name: 'parts-apart',
    setup(pluginBuild) {
      pluginBuild.onResolve({ filter: /\.tsx$|\/graphviz\.ts$/ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        apart.add(resolve(resolveDir, path));
        return { path: `./${nameOf(path)}.cjs`, external: true };
      });
    },
  };
}

function nameOf(path) {
  return basename(path).replace(/\.tsx?$/, '');
}

/** main.cjs has no import() when it comes from the code cache, nor in a single executable; what a screen exports is a promise, as of import(). */
function loadApart(apart) {
  let text = readFileSync(main, 'utf8');
  for (const path of apart) {
    const name = `"./${nameOf(path)}.cjs"`;
    if (!text.includes(`import(${name})`)) throw new Error(`import(${name}) is not in main.cjs`);
    text = text.replaceAll(`import(${name})`, `Promise.resolve().then(()=>require(${name}))`);
  }
  writeFileSync(main, text);
}

function refuseIn(file, metafile, packages) {
  const inputs = Object.keys(metafile.inputs);
  for (const name of packages) {
    const found = inputs.find((input) => input.startsWith(`node_modules/${name}/`));
    if (found) throw new Error(`${found} is in dist/${file}: load what needs it with import(), or not at all`);
  }
}

function version() {
  return JSON.stringify(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
}

/**
 * What `import 'fw-plan'` loads. Some of the packages in it are written for require(), which a module makes for itself. It keeps its lines, since the programs of others show them in
 * stack traces.
 */
async function buildLibrary() {
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/library/index.ts'],
    outfile: join(dist, 'library.mjs'),
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  refuseIn('library.mjs', metafile, ['ink', 'react', 'yoga-layout', '@oclif/core']);
  return metafile;
}

async function buildPart(entry) {
  const { metafile } = await build({
    ...shared,
    entryPoints: [entry],
    outfile: join(dist, `${nameOf(entry)}.cjs`),
    format: 'cjs',
    charset: 'ascii',
  });
  return metafile;
}

async function buildLauncher() {
  const outfile = join(dist, 'fw.cjs');
  const { metafile } = await build({
    ...shared,
    entryPoints: ['src/main/launch.ts'],
    outfile,
    format: 'cjs',
    banner: { js: '#!/usr/bin/env node' },
  });
  chmodSync(outfile, 0o755);
  return metafile;
}

/**
 * Ink is written for modules that wait while they load (top-level await), which a script cannot. It waits for two things: its layout engine, which
 * is awaited here before anything else is loaded, and tools of its developers, which are left out.
 */
async function buildScreen(entry) {
  const { metafile } = await build({
    ...shared,
    stdin: {
      contents: `import { loadYoga } from 'yoga-layout/load';
        module.exports = loadYoga().then((yoga) => {
          module.yoga = yoga;
          return require(${JSON.stringify(entry)});
        });`,
      resolveDir: root,
      sourcefile: basename(entry, '.tsx'),
    },
    outfile: join(dist, `${basename(entry, '.tsx')}.cjs`),
    format: 'cjs',
    external: ['./devtools.js'],
    plugins: [waitedFor],
  });
  return metafile;
}
