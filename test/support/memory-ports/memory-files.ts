import { FwError } from '../../../src/core/diagnostics/errors.ts';
import type { Ports } from '../../../src/ports/ports.ts';

/** Files by path from the root, such as `/srv/state/a.yaml`. */
export type Files = Map<string, string>;

/** What of the ports reads files that users name; nothing here writes any. */
export function openMemoryFiles(
  files: Files,
): Pick<Ports, 'fullPath' | 'isThere' | 'stateFiles' | 'templates' | 'planFiles' | 'signatures' | 'git' | 'documents'> {
  const below = (path: string) =>
    [...files.keys()].filter((name) => name === path || name.startsWith(`${path}/`)).sort();
  const read = (path: string) => {
    const text = files.get(path);
    if (text === undefined) throw new FwError('plan.unreadable', `there is no file ${path}`);
    return text;
  };
  const never = async () => {
    throw new Error('the files in memory have no signatures, and no documents are written to them');
  };
  return {
    fullPath: (path) => path,
    isThere: async (path) => below(path).length > 0,
    stateFiles: {
      read: async (path, found) => {
        const paths = below(path);
        if (paths.length === 0) throw new FwError('state.missing', `There is no state at ${path}`);
        await found?.(paths);
        return paths.map((name) => ({ path: name, text: files.get(name) ?? '' }));
      },
      readList: async (_, path) => (files.has(path) ? { path, text: read(path) } : undefined),
    },
    templates: { find: async () => undefined, names: async () => [] },
    planFiles: {
      read: async (path) => read(path),
      readBytes: async (path) => Buffer.from(read(path)),
      write: async (path, text) => void files.set(path, text),
    },
    signatures: { isBeside: async () => false, sign: never, check: never, verify: never, write: never },
    git: { commitOf: async () => undefined, filesAt: async () => undefined, fileAt: async () => undefined },
    documents: { create: never, replace: never },
  };
}
