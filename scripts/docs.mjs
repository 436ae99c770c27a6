// Writes the pages of docs/ that are made from the source. A unit test fails when one is out of date.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// Node 20 reads no TypeScript.
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['scripts/errors-page.ts'],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const source = Buffer.from(outputFiles[0].contents).toString('base64');
const { printErrorsPage } = await import(`data:text/javascript;base64,${source}`);
writeFileSync(join(root, 'docs/errors.md'), printErrorsPage());
