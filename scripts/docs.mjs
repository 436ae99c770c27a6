// Writes the pages of docs/ that are made from the source. Unit tests fail when one is out of date.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Node 20 reads no TypeScript. The bundle lies where it finds the packages that it leaves outside.
const bundle = join(root, 'node_modules/.cache/fw-docs.mjs');
mkdirSync(dirname(bundle), { recursive: true });
await build({
  absWorkingDir: root,
  stdin: {
    contents:
      "export * from './scripts/errors-page.ts'; export * from './scripts/commands-page.ts'; export * from './scripts/schema-page.ts'; export * from './scripts/format-schemas.ts';",
    resolveDir: root,
    loader: 'ts',
  },
  bundle: true,
  outfile: bundle,
  packages: 'external',
  external: ['*.tsx'],
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
});
const { printErrorsPage, printCommandsPage, printStateSchema, printTemplateSchema, printFormatSchemas } = await import(
  bundle
);
writeFileSync(join(root, 'docs/errors.md'), printErrorsPage());
writeFileSync(join(root, 'docs/commands.md'), printCommandsPage());
mkdirSync(join(root, 'schemas'), { recursive: true });
writeFileSync(join(root, 'schemas/state.schema.json'), printStateSchema());
writeFileSync(join(root, 'schemas/template.schema.json'), printTemplateSchema());
for (const [name, text] of printFormatSchemas()) writeFileSync(join(root, 'schemas', name), text);
