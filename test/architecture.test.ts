import { describe, expect, test } from 'vitest';
import { findCycles } from './support/import-cycles.ts';
import { codeLines, readSources, type Source } from './support/source-files.ts';

/** Who may import what: a folder or file of src, and packages by name. Everything else is refused. */
const LAYERS: readonly { readonly of: RegExp; readonly may: RegExp }[] = [
  { of: /^core\/state\//, may: /^(core\/|diff$|node:crypto$|yaml$|ipaddr\.js$)/ },
  { of: /^core\//, may: /^(core\/|diff$|node:crypto$)/ },
  { of: /^(scaffold|file|run|record)-ports\.ts$/, may: /^core\// },
  { of: /^ports\.ts$/, may: /^(core\/|(file|run|record)-ports\.ts$)/ },
  { of: /^app\//, may: /^(app\/|core\/|(scaffold-)?ports\.ts$)/ },
  { of: /^adapters\/kernel\/exec\.ts$/, may: /^(adapters\/|core\/|(scaffold-)?ports\.ts$|execa$|node:)/ },
  {
    of: /^adapters\/kernel\/run-everywhere\.ts$/,
    may: /^(adapters\/|core\/|(scaffold-)?ports\.ts$|p-limit$|node:)/,
  },
  { of: /^adapters\//, may: /^(adapters\/|core\/|(scaffold-)?ports\.ts$|node:)/ },
  { of: /^ui\//, may: /^(ui\/|core\/|ink$|react$|node:crypto$)/ },
  { of: /^wire\.ts$/, may: /^(adapters\/|app\/|core\/|(scaffold-)?ports\.ts$)/ },
  {
    of: /^commands\//,
    may: /^(commands\/|app\/|ui\/|core\/|(scaffold-)?ports\.ts$|wire\.ts$|@oclif\/core$|node:(os|util)$)/,
  },
  { of: /^argv\.ts$/, may: /^$/ },
  {
    of: /^run\.ts$/,
    may: /^(argv\.ts$|commands\/|core\/errors\.ts$|ui\/|@oclif\/core$|\.\.\/package\.json$|node:path$)/,
  },
  { of: /^launch\.ts$/, may: /^node:(fs|module|path|v8|vm)$/ },
];

/** Text that may stand in some files only. Comments and the contents of plain strings are not looked at. */
const WORDS: readonly { readonly never: RegExp; readonly in: RegExp; readonly why: string }[] = [
  { never: /\bprocess\.exit\(/, in: /^(?!(?:run|launch)\.ts$)/, why: 'only run.ts leaves, and launch.ts before it' },
  { never: /\bprocess\.exitCode\b/, in: /^(?!run\.ts$)/, why: 'a command resolves to its exit number' },
  {
    never: /\b(process\.|console\.|Date\.now|new Date\b|Math\.random|setTimeout|setInterval)/,
    in: /^core\//,
    why: 'core is pure',
  },
  { never: /\b(await|async|Promise)\b/, in: /^core\//, why: 'core does not wait' },
  {
    never: /^export default (?!class \w+ extends )/,
    in: /^commands\//,
    why: 'only command classes are default exports',
  },
  { never: /^export default\b|\bas default\b/, in: /^(?!commands\/)/, why: 'named exports only' },
  {
    never: /\bJSON\.stringify\(/,
    in: /^(commands|ui\/formats)\//,
    why: 'jsonText escapes what a terminal would obey',
  },
  { never: /\bshell:/, in: /^/, why: 'no shell' },
  {
    never: /\b(execSync|spawnSync|execFile|execaCommand)\b/,
    in: /^/,
    why: 'only adapters/kernel/exec.ts starts programs',
  },
  { never: /\bimport\(\s*(?!')/, in: /^(?!launch\.ts$)/, why: 'the path of an import() is written out' },
];

/** Programs that would read text as commands; looked for as whole strings where programs are started. */
const SHELL = /'(?:\/(?:usr\/)?bin\/)?(?:ba|da|z|k)?sh'/;

const sources = readSources();

describe('architecture', () => {
  test('there is source to look at', () => {
    expect(sources.map(({ path }) => path)).toContain('core/errors.ts');
  });

  test('every import follows the arrows', () => {
    expect(offences(forbiddenImports)).toEqual([]);
  });

  test('node:fs is imported only where files are read', () => {
    const allowed = /^(adapters\/(files|proc)\/|launch\.ts$)/;
    expect(offences((source) => importsOf(source, /^(node:)?fs(\/|$)/, allowed))).toEqual([]);
  });

  test('no file but adapters/kernel/exec.ts starts programs, and none starts a shell', () => {
    const starts = offences((source) =>
      importsOf(source, /^(execa|(node:)?child_process)$/, /^adapters\/kernel\/exec\.ts$/),
    );
    const shells = offences((source) => linesWith(source, SHELL, /^(adapters|app|wire)/));
    expect([...starts, ...shells]).toEqual([]);
  });

  test('no import goes in a circle', () => {
    expect(findCycles(sources)).toEqual([]);
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
