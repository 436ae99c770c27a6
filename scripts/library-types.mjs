import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/**
 * Writes the types of the library: the declarations of its entry and of all that they name, and of nothing else. The compiler makes them from the source, so they cannot
 * differ from it.
 */
export function emitTypes(root, entry, to) {
  const emitted = mkdtempSync(join(tmpdir(), 'fw-types-'));
  try {
    const project = join(root, 'scripts', 'library.tsconfig.json');
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    execFileSync(process.execPath, [compiler, '--project', project, '--outDir', emitted], { stdio: ['ignore', 2, 2] });
    for (const path of reached(join(emitted, entry))) {
      const target = join(to, relative(emitted, path));
      mkdirSync(dirname(target), { recursive: true });
      cpSync(path, target);
    }
  } finally {
    rmSync(emitted, { recursive: true });
  }
}

/** A declaration and all that it imports. */
function reached(first) {
  const found = new Set([first]);
  for (const path of found) {
    for (const [, name] of readFileSync(path, 'utf8').matchAll(/(?:from|import\()\s*["'](\.[^"']*)["']/g))
      found.add(join(dirname(path), name.replace(/\.ts$/, '.d.ts')));
  }
  return found;
}
