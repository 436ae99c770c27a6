// `npm run site`: docs/ as pages of HTML with a search, into release/site. VitePress (100 MB) is fetched once; it is no part of what `npm ci` installs. A dead link ends the build.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VITEPRESS = '1.6.4';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = join(root, 'node_modules/.cache/site');
const pages = join(work, 'pages');

fetchVitePress();
layOut();
execFileSync('node', [join(work, 'node_modules/vitepress/bin/vitepress.js'), 'build', 'pages'], {
  cwd: work,
  stdio: ['ignore', 'ignore', 'inherit'],
});
console.log('release/site');

function fetchVitePress() {
  if (existsSync(join(work, 'node_modules/vitepress'))) return;
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, 'package.json'), '{"private":true,"type":"module"}');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...quiet, '--save-exact', `vitepress@${VITEPRESS}`], {
    cwd: work,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** The pages as they lie in the repository, so that their links lead to the same places. What is no page of docs/ and is linked comes along. */
function layOut() {
  rmSync(pages, { recursive: true, force: true });
  mkdirSync(join(pages, '.vitepress'), { recursive: true });
  cpSync(join(root, 'docs'), join(pages, 'docs'), { recursive: true });
  for (const page of [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'LICENSE',
    'test/bench/README.md',
    'templates/README.md',
  ])
    cpSync(join(root, page), join(pages, page));
  for (const folder of ['docs/decisions', 'schemas', 'templates/kinds']) listFolder(folder);
  writeFileSync(join(pages, '.vitepress/config.mjs'), printConfig());
}

/** A code host shows a folder as the list of what is in it. */
function listFolder(folder) {
  mkdirSync(join(pages, folder), { recursive: true });
  const lines = readdirSync(join(root, folder)).map((name) => {
    const title = name.endsWith('.md') && /^# (.*)/.exec(readFileSync(join(root, folder, name), 'utf8'))?.[1];
    return title ? `- [${title}](${name})` : `- ${name}`;
  });
  writeFileSync(join(pages, folder, 'index.md'), `# ${folder}\n\n${lines.join('\n')}\n`);
}

function printConfig() {
  const config = {
    title: 'fw',
    description: 'Plan and apply for iptables',
    outDir: join(root, 'release/site'),
    // Where the site does not lie at the top of its server: SITE_BASE=/fw/ npm run site
    base: process.env.SITE_BASE ?? '/',
    cleanUrls: false,
    rewrites: { 'README.md': 'index.md', 'docs/README.md': 'docs/index.md' },
    markdown: { html: true, languageAlias: { jq: 'bash', rules: 'bash' } },
    themeConfig: {
      search: { provider: 'local' },
      nav: [{ text: 'All pages', link: '/docs/' }],
      sidebar: readSidebar(),
      outline: [2, 3],
    },
  };
  return `export default ${JSON.stringify(config, null, 2)}\n`;
}

/** The parts and pages of docs/README.md. */
function readSidebar() {
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
  return [...index.matchAll(/^### (.*)\n([^#]*)/gm)].map(([, text, body]) => ({
    text,
    items: [...body.matchAll(/^\| \[([a-z0-9-]+)\.md\]/gm)].map(([, name]) => ({
      text: name.replaceAll('-', ' '),
      link: `/docs/${name}`,
    })),
  }));
}
