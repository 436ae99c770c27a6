// Writes the pages of docs/ that are made from the source. Unit tests fail when one is out of date.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
      "export * from './scripts/errors-page.ts'; export * from './scripts/commands-page.ts'; export * from './scripts/schema-page.ts'; export * from './scripts/format-schemas.ts'; export * from './scripts/page-tables.ts'; export * from './scripts/limits-page.ts'; export * from './scripts/keys-page.ts';",
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
const {
  fillTables,
  PAGES_WITH_TABLES,
  printCommandsPage,
  printErrorsPage,
  printFormatSchemas,
  printKeysPage,
  printLimitsPage,
  printStateSchema,
  printTemplateSchema,
} = await import(bundle);
writeFileSync(join(root, 'docs/errors.md'), printErrorsPage());
writeFileSync(join(root, 'docs/commands.md'), printCommandsPage());
writeFileSync(join(root, 'docs/limits.md'), printLimitsPage());
writeFileSync(join(root, 'docs/keys.md'), printKeysPage());
mkdirSync(join(root, 'schemas'), { recursive: true });
writeFileSync(join(root, 'schemas/state.schema.json'), printStateSchema());
writeFileSync(join(root, 'schemas/template.schema.json'), printTemplateSchema());
for (const path of PAGES_WITH_TABLES)
  writeFileSync(join(root, path), fillTables(path, readFileSync(join(root, path), 'utf8')));
for (const [name, text] of printFormatSchemas()) writeFileSync(join(root, 'schemas', name), text);
