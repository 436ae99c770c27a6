import { readdirSync, readFileSync } from 'node:fs';

/** `to` is a path below src, a package without its subpath, or `../...` for a file outside src. `line` counts from 1. */
export type Import = { readonly to: string; readonly line: number };

/** One file of src. `path` is seen from src; imports of every kind are listed: of values, of types, and by import(). */
export type Source = { readonly path: string; readonly lines: readonly string[]; readonly imports: readonly Import[] };

const SRC = new URL('../../src/', import.meta.url);

// The formatter writes one quote, one space and one form of each, so that no parser is needed.
const IMPORT = /^(?:import|export)\b[^'"`;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\(\s*'([^']+)'/gm;

export function readSources(): readonly Source[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .sort()
    .map((path) => readSource(path));
}

function readSource(path: string): Source {
  const text = readFileSync(new URL(path, SRC), 'utf8');
  const imports = [...text.matchAll(IMPORT)].map((match) => ({
    to: imported(path, match[1] ?? match[2] ?? match[3] ?? ''),
    line: text.slice(0, match.index).split('\n').length,
  }));
  return { path, lines: text.split('\n'), imports };
}

function imported(path: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier.startsWith('node:') ? specifier : packageName(specifier);
  const url = new URL(specifier, new URL(path, SRC)).href;
  return url.startsWith(SRC.href) ? url.slice(SRC.href.length) : `../${url.slice(new URL('..', SRC).href.length)}`;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The lines with comments and the contents of plain strings taken out, so that words in them are not taken for code. */
export function codeLines(lines: readonly string[]): readonly string[] {
  return lines.map((line) =>
    /^\s*(\/\*|\*)/.test(line) ? '' : line.replace(/'(?:[^'\\]|\\.)*'/g, "''").replace(/(^|\s)\/\/.*$/, ''),
  );
}
