import type { Source } from './source-files.ts';

/** Every circle of imports once, as the lines that make it: `src/a.ts:1 -> src/b.ts:3 -> src/a.ts`. */
export function findCycles(sources: readonly Pick<Source, 'path' | 'imports'>[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const cycles: string[] = [];

  function visit(path: string, trail: readonly { readonly path: string; readonly line: number }[]): void {
    const start = trail.findIndex((step) => step.path === path);
    if (start !== -1) {
      cycles.push([...trail.slice(start).map((step) => `src/${step.path}:${step.line}`), `src/${path}`].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const { to, line } of byPath.get(path)?.imports ?? []) {
      if (byPath.has(to)) visit(to, [...trail, { path, line }]);
    }
    done.add(path);
  }

  for (const { path } of sources) visit(path, []);
  return cycles;
}
