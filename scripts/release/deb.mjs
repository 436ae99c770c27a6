// Makes release/fw-plan_VERSION_ARCH.deb of the binary that is there: `node scripts/release/deb.mjs ARCH`. The same files give the same bytes.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { fetchRuntime, NODE_VERSION } from './runtimes.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const DEBIAN_ARCH = { x64: 'amd64', arm64: 'arm64' };

/** `as` is another version than that of package.json, and not compressed: a test upgrades to it. */
export async function makeDeb(arch, as = version) {
  const tree = join(root, 'node_modules/.cache/deb', arch);
  rmSync(tree, { recursive: true, force: true });
  const put = (path, content, mode = 0o644) => {
    const at = join(tree, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, content);
    chmodSync(at, mode);
  };
  const zip = (text) => gzipSync(text, { level: 9 });
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const seconds = Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' }));
  const date = new Date(seconds * 1000);

  mkdirSync(join(tree, 'usr/bin'), { recursive: true });
  copyFileSync(join(root, 'release', `fw-linux-${arch}`), join(tree, 'usr/bin/fw'));
  const { printManPages } = await loadManPages();
  for (const [name, text] of printManPages({ version, date: date.toISOString().slice(0, 10) }))
    put(`usr/share/man/man${name.at(-1)}/${name}.gz`, zip(text));
  for (const [shell, path] of [
    ['bash', 'usr/share/bash-completion/completions/fw'],
    ['zsh', 'usr/share/zsh/vendor-completions/_fw'],
    ['fish', 'usr/share/fish/vendor_completions.d/fw.fish'],
  ]) {
    put(path, execFileSync(process.execPath, [join(root, 'dist/fw.cjs'), 'completion', shell]));
  }
  for (const name of ['fw-boot.service', 'fw-drift.service', 'fw-drift.timer']) {
    put(`lib/systemd/system/${name}`, read(`templates/systemd/${name}`).replaceAll('/usr/local/bin/fw', '/usr/bin/fw'));
  }
  for (const name of ['README.md', 'CHANGELOG.md']) put(`usr/share/doc/fw-plan/${name}.gz`, zip(read(name)));
  for (const name of readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md')))
    put(`usr/share/doc/fw-plan/docs/${name}`, read(`docs/${name}`));
  put('usr/share/doc/fw-plan/copyright', printCopyright(read('LICENSE')));
  put('usr/share/doc/fw-plan/NODE-LICENSE.gz', zip(readFileSync(join(fetchRuntime(root, arch), 'LICENSE'))));
  put('usr/share/doc/fw-plan/THIRD-PARTY.txt.gz', zip(read('dist/THIRD-PARTY.txt')));
  put('usr/share/doc/fw-plan/changelog.gz', zip(printChangelog(as, date)));
  put('usr/share/lintian/overrides/fw-plan', read('packaging/debian/lintian-overrides'));
  mkdirSync(join(tree, 'etc/fw'), { recursive: true });
  const size = String(Math.ceil(sizeOf(tree) / 1024));
  put(
    'DEBIAN/control',
    read('packaging/debian/control')
      .replace('@VERSION@', as)
      .replace('@ARCH@', DEBIAN_ARCH[arch])
      .replace('@SIZE@', size),
  );
  put('DEBIAN/md5sums', printSums(tree));
  for (const name of ['prerm', 'postrm', 'postinst']) put(`DEBIAN/${name}`, read(`packaging/debian/${name}`), 0o755);
  // The mask of the user who builds is no part of the package.
  execFileSync('find', [tree, '-type', 'd', '-exec', 'chmod', '755', '{}', '+']);
  chmodSync(join(tree, 'usr/bin/fw'), 0o755);
  chmodSync(join(tree, 'etc/fw'), 0o700);

  const deb = join(root, 'release', `fw-plan_${as}_${DEBIAN_ARCH[arch]}.deb`);
  const packed = as === version ? ['-Zxz', '-z1'] : ['-Znone'];
  const flags = ['--root-owner-group', '--threads-max=1', ...packed, '--build'];
  execFileSync('dpkg-deb', [...flags, tree, deb], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(seconds) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  rmSync(tree, { recursive: true });
  return deb;
}

async function loadManPages() {
  // The bundle lies where it finds the packages that it leaves outside.
  const outfile = join(root, 'node_modules/.cache/fw-man-pages.mjs');
  await build({
    ...{
      absWorkingDir: root,
      entryPoints: ['scripts/release/man-pages.ts'],
      outfile,
      bundle: true,
      packages: 'external',
    },
    ...{ external: ['*.tsx'], platform: 'node', format: 'esm', logLevel: 'warning' },
  });
  return import(outfile);
}

function printChangelog(as, date) {
  const day = date.toUTCString().replace('GMT', '+0000');
  return `fw-plan (${as}) unstable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n -- fw maintainers <maintainers@fw-plan.invalid>  ${day}\n`;
}

function printCopyright(own) {
  const lines = own
    .trimEnd()
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`));
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: fw-plan',
    `Comment: usr/bin/fw holds Node ${NODE_VERSION} and packages of npm. Their licenses are beside this file,\n in NODE-LICENSE.gz and THIRD-PARTY.txt.gz.\n`,
    `Files: *\nCopyright: fw contributors\nLicense: MIT\n${lines.join('\n')}\n`,
  ].join('\n');
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : [join(folder, entry.name)]));
}

function sizeOf(tree) {
  return filesIn(tree).reduce((sum, path) => sum + statSync(path).size, 0);
}

function printSums(tree) {
  const files = filesIn(tree)
    .map((path) => relative(tree, path))
    .filter((path) => !path.startsWith('DEBIAN/'));
  return execFileSync('md5sum', files, { cwd: tree, encoding: 'utf8' });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [arch = process.arch, as] = process.argv.slice(2);
  if (!existsSync(join(root, 'release', `fw-linux-${arch}`)))
    throw new Error(`make the binary first: npm run binary -- ${arch}`);
  console.log(relative(root, await makeDeb(arch, as)));
}
