// `npm run binary` makes release/fw-linux-ARCH: Node and dist/ in one file, for the processor of this machine, or for those that are named.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { makeCache } from '../code-cache.mjs';
import { fetchRuntime } from './runtimes.mjs';

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const dist = join(root, 'dist');

/** Makes a binary from dist/ as it is. Resolves to its path. */
export async function makeBinary(arch) {
  const work = join(root, 'node_modules/.cache/binary', arch);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const node = join(fetchRuntime(root, arch), 'bin/node');
  // What reads the files of this machine has to be of its processor.
  const ownNode = join(fetchRuntime(root, process.arch), 'bin/node');
  await buildLauncher(join(work, 'launch.cjs'));
  writeFileSync(
    join(work, 'shipped.json'),
    // `fw help TOPIC` shows pages of docs/, and no decisions.
    JSON.stringify(
      ['docs', 'schemas', 'templates']
        .flatMap((name) => filesBelow(name))
        .filter(({ path }) => !path.startsWith('docs/decisions/')),
    ),
  );
  const assets = { 'shipped.json': join(work, 'shipped.json') };
  for (const name of readdirSync(dist).filter((file) => file.endsWith('.cjs') && file !== 'fw.cjs'))
    assets[name] = join(dist, name);
  if (arch === process.arch) {
    assets['main.cjs.cache'] = join(work, 'main.cjs.cache');
    makeCache(ownNode, join(dist, 'main.cjs'), assets['main.cjs.cache']);
  }
  const config = {
    main: join(work, 'launch.cjs'),
    output: join(work, 'blob'),
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: false,
    // NODE_OPTIONS would let the environment of root load other code.
    execArgvExtension: 'none',
    assets,
  };
  writeFileSync(join(work, 'config.json'), JSON.stringify(config));
  execFileSync(ownNode, ['--experimental-sea-config', 'config.json'], { cwd: work, stdio: 'pipe' });
  const binary = join(work, 'fw');
  copyFileSync(node, binary);
  chmodSync(binary, 0o755);
  strip(binary, arch);
  inject(binary, config.output);
  const released = join(root, 'release', `fw-linux-${arch}`);
  mkdirSync(dirname(released), { recursive: true });
  rmSync(released, { force: true });
  copyFileSync(binary, released);
  chmodSync(released, 0o755);
  rmSync(work, { recursive: true });
  return released;
}

async function buildLauncher(outfile) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await build({
    ...{ absWorkingDir: root, bundle: true, platform: 'node', target: 'node24', format: 'cjs', logLevel: 'warning' },
    entryPoints: ['src/main/launch-binary.ts'],
    outfile,
    define: { FW_VERSION: JSON.stringify(version) },
  });
}

/** In a process of its own: it warns of sections that the file has had since Node was linked. Where it fails the error has all that it printed. */
function inject(binary, blob) {
  const program = join(root, 'node_modules/postject/dist/cli.js');
  execFileSync(process.execPath, [program, binary, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE], { stdio: 'pipe' });
}

/** In the order in which src/adapters/state-files/shipped-files.ts lists a folder. */
function filesBelow(folder) {
  return readdirSync(join(root, folder))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const { mode } = statSync(join(root, path));
      if (statSync(join(root, path)).isDirectory()) return filesBelow(path);
      return [
        { path: relative('.', path), text: readFileSync(join(root, path), 'utf8'), executable: (mode & 0o100) !== 0 },
      ];
    });
}

/** Names for debuggers, a fifth of the file. */
function strip(binary, arch) {
  const program =
    arch === process.arch ? 'strip' : { x64: 'x86_64-linux-gnu-strip', arm64: 'aarch64-linux-gnu-strip' }[arch];
  execFileSync(program, ['--strip-unneeded', binary]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const archs = process.argv.slice(2);
  for (const arch of archs.length === 0 ? [process.arch] : archs) console.log(relative(root, await makeBinary(arch)));
}
