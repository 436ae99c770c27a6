import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCycles } from './support/import-cycles.ts';
import { codeLines, readSources, type Source } from './support/source-files.ts';

/** Who may import what: a folder or file of src, and packages by name. Everything else is refused. */
const LAYERS: readonly { readonly of: RegExp; readonly may: RegExp }[] = [
  { of: /^core\/state\//, may: /^(core\/|diff$|node:crypto$|yaml$|ipaddr\.js$)/ },
  { of: /^core\/rules\/address-family\.ts$/, may: /^(core\/|ipaddr\.js$)/ },
  { of: /^core\//, may: /^(core\/|diff$|node:crypto$)/ },
  { of: /^ports\//, may: /^(core\/|ports\/)/ },
  { of: /^app\//, may: /^(app\/|core\/|ports\/)/ },
  { of: /^adapters\/process\/exec\.ts$/, may: /^(adapters\/|core\/|ports\/|execa$|node:)/ },
  { of: /^adapters\/process\/run-everywhere\.ts$/, may: /^(adapters\/|core\/|ports\/|p-limit$|node:)/ },
  { of: /^adapters\//, may: /^(adapters\/|core\/|ports\/|node:)/ },
  { of: /^ui\/graph\/graphviz\.ts$/, may: /^@viz-js\/viz$/ },
  { of: /^ui\//, may: /^(ui\/|core\/|ink$|react$|node:crypto$)/ },
  { of: /^library\/index\.ts$/, may: /^(library\/|core\/|ui\/text\/in-folder\.ts$|wire\/|node:(os|url)$)/ },
  { of: /^library\//, may: /^(library\/|app\/|core\/|ports\/|ui\/text\/in-folder\.ts$)/ },
  { of: /^wire\//, may: /^(adapters\/|app\/|core\/|ports\/)/ },
  {
    of: /^cli\//,
    may: /^(cli\/|app\/|ui\/|core\/|ports\/|wire\/|@oclif\/core$|node:(os|util)$)/,
  },
  { of: /^main\/argv\.ts$/, may: /^$/ },
  {
    of: /^main\/run\.ts$/,
    may: /^(main\/argv\.ts$|cli\/|core\/diagnostics\/|ui\/|@oclif\/core$|\.\.\/package\.json$|node:path$)/,
  },
  {
    of: /^main\/(launch|launch-binary|start|run-bundle)\.ts$/,
    may: /^(main\/(start|run-bundle)\.ts$|node:(fs|module|path|sea|v8|vm)$)/,
  },
];

/** Text that may stand in some files only. Comments and the contents of plain strings are not looked at. */
const WORDS: readonly { readonly never: RegExp; readonly in: RegExp; readonly why: string }[] = [
  {
    never: /\bprocess\.exit\(/,
    in: /^(?!main\/(?:run|start)\.ts$)/,
    why: 'only run.ts leaves, and start.ts before it',
  },
  { never: /\bprocess\.exitCode\b/, in: /^(?!main\/run\.ts$)/, why: 'a command resolves to its exit number' },
  {
    never: /\b(process\.|console\.|Date\.now|new Date\b|Math\.random|setTimeout|setInterval)/,
    in: /^core\//,
    why: 'core is pure',
  },
  { never: /\b(process\.|console\.)/, in: /^library\//, why: 'the library has no process of its own' },
  { never: /\b(await|async|Promise)\b/, in: /^core\//, why: 'core does not wait' },
  {
    never: /^export default (?!class \w+ extends )/,
    in: /^cli\/commands\//,
    why: 'only command classes are default exports',
  },
  { never: /^export default\b|\bas default\b/, in: /^(?!cli\/commands\/)/, why: 'named exports only' },
  {
    never: /\bJSON\.stringify\(/,
    in: /^(cli|ui\/formats)\//,
    why: 'jsonText escapes what a terminal would obey',
  },
  { never: /\bshell:/, in: /^/, why: 'no shell' },
  {
    never: /\b(execSync|spawnSync|execFile|execaCommand)\b/,
    in: /^/,
    why: 'only adapters/process/exec.ts starts programs',
  },
  { never: /\bimport\(\s*(?!')/, in: /^/, why: 'the path of an import() is written out' },
];

/** Programs that would read text as commands; looked for as whole strings where programs are started. */
const SHELL = /'(?:\/(?:usr\/)?bin\/)?(?:ba|da|z|k)?sh'/;

/** A reader takes in so many names at a glance. */
const MOST_FILES = 20;

const sources = readSources();

describe('architecture', () => {
  test('there is source to look at', () => {
    expect(sources.map(({ path }) => path)).toContain('core/diagnostics/errors.ts');
  });

  test('every import follows the arrows', () => {
    expect(offences(forbiddenImports)).toEqual([]);
  });

  test('node:fs is imported only by adapters', () => {
    const allowed = /^(adapters\/|main\/launch\.ts$)/;
    expect(offences((source) => importsOf(source, /^(node:)?fs(\/|$)/, allowed))).toEqual([]);
  });

  test('no file but adapters/process/exec.ts starts programs, and none starts a shell', () => {
    const starts = offences((source) =>
      importsOf(source, /^(execa|(node:)?child_process)$/, /^adapters\/process\/exec\.ts$/),
    );
    const shells = offences((source) => linesWith(source, SHELL, /^(adapters|app|wire)/));
    expect([...starts, ...shells]).toEqual([]);
  });

  test('no import goes in a circle', () => {
    expect(findCycles(sources)).toEqual([]);
  });

  test('no folder imports in a circle with another one, but for those of app', () => {
    expect(findCycles(foldersOf(sources.filter(({ path }) => !path.startsWith('app/'))))).toEqual([]);
  });

  test(`no folder has more than ${MOST_FILES} files`, () => {
    const counts = new Map<string, number>();
    for (const { path } of sources) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
  });

  test('the folders of src are those of docs/architecture.md', () => {
    const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
    const folders = [...new Set(sources.map(({ path }) => dirname(path)))].filter((folder) => folder !== 'core');
    expect(folders.filter((folder) => !page.includes(`\`${folder}\``))).toEqual([]);
  });

  test('an apply has the steps of docs/architecture.md, in their order', () => {
    const page = readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8');
    const list = /^## One `fw apply`$(.*?)^## /ms.exec(page)?.[1] ?? '';
    const told = [...list.matchAll(/^\d+\. `(\w+)`/gm)].map(([, name]) => name);
    const recipe = sources.find(({ path }) => path === 'app/apply/apply.ts')?.lines.join('\n') ?? '';
    const awaited = [...recipe.matchAll(/\bawait (?:\w+\.)*(\w+)\(/g)].flatMap(([, name]) => name ?? []);
    // What ends an apply with nothing to do is told in the line of the question.
    expect(told).toEqual(awaited.filter((name) => name !== 'recordUnchanged' && name !== 'unchanged'));
  });

  test('cli/commands has the commands and their index, and nothing else', () => {
    const others = sources.filter(
      ({ path, lines }) =>
        /^cli\/commands\/(?!index\.ts$)/.test(path) &&
        !lines.some((line) => /^export default class \w+ extends /.test(line)),
    );
    expect(others.map(({ path }) => `src/${path}`)).toEqual([]);
  });

  test.each(WORDS)('$why: $never', ({ never, in: where }) => {
    expect(offences((source) => codeWith(source, never, where))).toEqual([]);
  });

  test('no file is longer than 250 lines', () => {
    expect(
      sources.filter(({ lines }) => lines.length > 251).map(({ path, lines }) => `src/${path}: ${lines.length - 1}`),
    ).toEqual([]);
  });

  test('every file is named after one thing', () => {
    const named = /^(index|[a-z0-9]+(-[a-z0-9]+)*|[A-Z][A-Za-z]+)\.tsx?$/;
    const vague = /(^|[-.])(utils?|helpers?|common|managers?|services?|misc|shared)([-.]|$)/i;
    const wrong = sources.filter(({ path }) => {
      const name = path.split('/').at(-1) ?? '';
      return !named.test(name) || path.split('/').some((part) => vague.test(part));
    });
    expect(wrong.map(({ path }) => `src/${path}`)).toEqual([]);
  });
});

/** The folders as if each were a file, so that a circle of folders shows the lines that make it. */
function foldersOf(files: readonly Source[]): readonly Pick<Source, 'path' | 'imports'>[] {
  const folders = new Map<string, { readonly to: string; readonly line: number }[]>();
  for (const { path, imports } of files) {
    const others = imports.map(({ to, line }) => ({ to: dirname(to), line })).filter(({ to }) => to !== dirname(path));
    folders.set(dirname(path), [...(folders.get(dirname(path)) ?? []), ...others]);
  }
  return [...folders].map(([path, imports]) => ({ path, imports }));
}

function offences(find: (source: Source) => readonly string[]): string[] {
  return sources.flatMap(find);
}

function forbiddenImports(source: Source): string[] {
  const layer = LAYERS.find(({ of }) => of.test(source.path));
  if (!layer) return [`src/${source.path}:1 belongs to no layer`];
  return source.imports
    .filter(({ to }) => !layer.may.test(to))
    .map(({ line, to }) => `src/${source.path}:${line} may not import ${to}`);
}

function importsOf(source: Source, what: RegExp, allowed: RegExp): string[] {
  if (allowed.test(source.path)) return [];
  return source.imports
    .filter(({ to }) => what.test(to))
    .map(({ line, to }) => `src/${source.path}:${line} imports ${to}`);
}

function codeWith(source: Source, never: RegExp, where: RegExp): string[] {
  return where.test(source.path) ? matching(source, codeLines(source.lines), never) : [];
}

function linesWith(source: Source, never: RegExp, where: RegExp): string[] {
  return where.test(source.path) ? matching(source, source.lines, never) : [];
}

function matching(source: Source, lines: readonly string[], never: RegExp): string[] {
  return lines.flatMap((text, at) =>
    never.test(text) ? [`src/${source.path}:${at + 1} ${source.lines[at]?.trim()}`] : [],
  );
}
