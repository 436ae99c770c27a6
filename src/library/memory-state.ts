import { FwError } from '../core/diagnostics/errors.ts';
import { LIMITS } from '../core/limits.ts';
import { fileKind } from '../core/state/schema/file-kind.ts';
import type { Ports, StateFile } from '../ports/ports.ts';
import type { MemoryDocument } from './types.ts';

/** Stands where the path of a state would. It is no name of a state, and no path that a machine has. */
export const MEMORY = '(memory)';

/** Parts that begin with a dot or an underscore are no state files, as on disk. */
const PART = /^[^./\p{Cc}][^/\p{Cc}]*$/u;

type StatePorts = Pick<Ports, 'stateFiles' | 'templates' | 'git' | 'fullPath' | 'isThere'>;

/**
 * The ports with a state in memory in the place of one on disk, under the same rules: what is a state file, their order, the bounds, UTF-8 without a byte order mark. List files and
 * `_templates/NAME.yaml` are documents too. Nothing of such a state is looked for on disk. Throws `usage` for a path that could be none, and `state.invalid` beyond a bound.
 */
export function withMemoryState<P extends StatePorts>(ports: P, documents: readonly MemoryDocument[]): P {
  const files = readDocuments(documents);
  const states = [...files.values()]
    .filter(({ path }) => isStateFile(path) && !/(^|\/)_/.test(path))
    .sort((one, other) => Buffer.compare(Buffer.from(one.path), Buffer.from(other.path)));
  return {
    ...ports,
    stateFiles: {
      read: async (_root, found) => {
        await found?.(states.map(({ path }) => path));
        return states;
      },
      readList: async (_root, path) => files.get(path),
    },
    templates: {
      find: async (_state, name) =>
        files.get(`_templates/${name}.yaml`) ?? (await ports.templates.find(undefined, name)),
      names: () => ports.templates.names(undefined),
    },
    git: { ...ports.git, commitOf: async () => undefined },
    fullPath: (path) => (path === MEMORY ? MEMORY : ports.fullPath(path)),
    isThere: async (path) => path !== MEMORY && ports.isThere(path),
  };
}

/** What a walk through a folder takes for a file of the state. */
function isStateFile(path: string): boolean {
  return fileKind(path.slice(path.lastIndexOf('/') + 1), !path.includes('/')) !== undefined;
}

/** The documents by their paths. Throws `usage` for what could be none, and `state.invalid` beyond a bound. */
export function readDocuments(documents: readonly MemoryDocument[]): ReadonlyMap<string, StateFile> {
  if (!Array.isArray(documents)) throw new FwError('usage', 'documents is no list');
  if (documents.length > LIMITS.stateFiles.most)
    throw new FwError('state.invalid', `the state has more than ${LIMITS.stateFiles.most} documents`);
  const files = new Map<string, StateFile>();
  let size = 0;
  for (const { path, text } of documents) {
    if (typeof path !== 'string' || typeof text !== 'string')
      throw new FwError('usage', 'a document has a path and a text, both strings');
    if (!isPath(path))
      throw new FwError('usage', `${JSON.stringify(path.slice(0, 200))} is no path of a document`, {
        next: 'Write it from the root of the state, as in edge/ipv4.rules or web.yaml; without .., and without names that begin with a dot.',
      });
    if (files.has(path)) throw new FwError('usage', `two documents have the path ${path}`);
    const bytes = Buffer.byteLength(text);
    size += bytes;
    if (bytes > LIMITS.stateFile.most) throw new FwError('state.invalid', `${path} is larger than 64 MB`);
    if (size > LIMITS.state.most) throw new FwError('state.invalid', 'the documents have more than 128 MB');
    if (text.startsWith('\ufeff')) throw new FwError('state.invalid', `${path} begins with a byte order mark`);
    if (/\p{Cs}/u.test(text))
      throw new FwError('state.invalid', `${path} has half a character, which is no UTF-8 text`);
    files.set(path, { path, text });
  }
  return files;
}

function isPath(path: string): boolean {
  return path.length <= LIMITS.planWords.most && path.split('/').every((part) => PART.test(part));
}
