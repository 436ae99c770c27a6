// Writes release/api: pages of HTML about every call and type of the library, made by TypeDoc from the types of the package. TypeDoc reads types with a compiler of
// its own, which is older than that of fw, so both are kept in node_modules/.cache and nothing else of fw depends on them.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = ['typedoc@0.28.20', 'typescript@6.0'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, 'node_modules/.cache/typedoc');
const entry = join(root, 'dist/types/library/index.d.ts');
if (!existsSync(entry)) throw new Error(`${entry} is not there: npm run build makes it`);

const program = join(cache, 'node_modules/typedoc/bin/typedoc');
if (!existsSync(program)) {
  const options = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'];
  execFileSync('npm', ['install', '--prefix', cache, ...options, ...PACKAGES], { stdio: ['ignore', 2, 2] });
}
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const languages = ['typescript', 'javascript', 'python', 'yaml', 'json', 'shell'];
const words = [
  ['--entryPoints', entry],
  ['--tsconfig', join(root, 'scripts/api.tsconfig.json')],
  ['--out', join(root, 'release/api')],
  ['--name', `fw-plan ${version}`],
  ['--readme', join(root, 'docs/library.md')],
  // Types of documents are reached from the calls that return them.
  ['--disableSources', '--validation.notExported', 'false', '--treatWarningsAsErrors'],
  ['--hideGenerator', '--skipErrorChecking'],
  languages.flatMap((language) => ['--highlightLanguages', language]),
];
execFileSync(process.execPath, [program, ...words.flat()], { cwd: root, stdio: ['ignore', 2, 2] });
console.log('wrote release/api/index.html');
