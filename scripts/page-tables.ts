import { GUARDS } from '../src/core/guards/registry.ts';
import { FORMATS } from '../src/ui/formats/registry.ts';

/** Tables inside pages that people write, by page and name. `npm run docs` puts them between two comments. */
const TABLES: Readonly<Record<string, Readonly<Record<string, () => readonly string[]>>>> = {
  'docs/guards.md': { guards: printGuards },
  'docs/formats.md': { formats: printFormats },
};

export const PAGES_WITH_TABLES: readonly string[] = Object.keys(TABLES);

/** The page with its tables as the registries of the source have them. */
export function fillTables(path: string, page: string): string {
  return Object.entries(TABLES[path] ?? {}).reduce((text, [name, print]) => {
    const begin = `<!-- table ${name}: made by npm run docs -->\n`;
    const from = text.indexOf(begin);
    const to = text.indexOf('<!-- end -->', from);
    if (from < 0 || to < 0) throw new Error(`${path} has no place for the table ${name}`);
    return `${text.slice(0, from + begin.length)}${print().join('\n')}\n${text.slice(to)}`;
  }, page);
}

function printGuards(): readonly string[] {
  return [
    '| id | closed when | evidence | flag |',
    '| --- | --- | --- | --- |',
    ...GUARDS.map(({ id, closedWhen, shows, flag }) => `| \`${id}\` | ${closedWhen} | ${shows} | \`${flag}\` |`),
  ];
}

function printFormats(): readonly string[] {
  return [
    '| you want | command |',
    '| --- | --- |',
    ...FORMATS.map(({ name, wanted, command }) => `| ${wanted} | \`${command ?? `fw show FILE --format ${name}`}\` |`),
  ];
}
