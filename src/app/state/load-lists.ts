import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { ReadDocument, ReadSet, Written } from '../../core/state/as-written/written.ts';
import { quote } from '../../core/state/yaml/quote.ts';
import type { StateFile, StateFiles } from '../../ports/ports.ts';

type LoadedLists = {
  /** The documents, with the text of every list file in its set. */
  readonly documents: readonly ReadDocument[];
  readonly files: readonly StateFile[];
  readonly diagnostics: readonly Diagnostic[];
};

/** Names of folders and files below the folder of the document: nothing that begins with a dot, so never a way up or to a hidden file. */
const PATH = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/;

/** Reads the list files that sets name, each once. */
export async function loadLists(
  stateFiles: StateFiles,
  root: string,
  documents: readonly ReadDocument[],
): Promise<LoadedLists> {
  const files = new Map<string, StateFile>();
  const diagnostics: Diagnostic[] = [];
  const load = async (document: ReadDocument, set: ReadSet): Promise<ReadSet> => {
    if (set.file === undefined) return set;
    const path = pathOf(document, set.file.value);
    if (path === undefined) {
      diagnostics.push(notAPath(set.file));
      return set;
    }
    const list = files.get(path) ?? (await stateFiles.readList(root, path));
    if (list === undefined) {
      diagnostics.push(missing(set.file, path));
      return set;
    }
    files.set(path, list);
    return { ...set, list };
  };
  const loaded: ReadDocument[] = [];
  for (const document of documents) {
    const sets: ReadSet[] = [];
    for (const set of document.sets) sets.push(await load(document, set));
    loaded.push({ ...document, sets });
  }
  return { documents: loaded, files: [...files.values()], diagnostics };
}

function pathOf(document: ReadDocument, file: string): string | undefined {
  if (!PATH.test(file)) return undefined;
  const { file: own } = document.span;
  return `${own.slice(0, own.lastIndexOf('/') + 1)}${file}`;
}

function notAPath({ value, span }: Written<string>): Diagnostic {
  return {
    severity: 'error',
    code: 'state.set',
    message: `${quote(value)} is no path of a list file`,
    span,
    hint: 'Write it from the folder of this document, as in `lists/blocked.txt`; names beginning with a dot and `..` are not followed.',
  };
}

function missing({ span }: Written<string>, path: string): Diagnostic {
  return {
    severity: 'error',
    code: 'state.set',
    message: `There is no file ${path}`,
    span,
    hint: 'Correct the path, which begins in the folder of this document, or create the file.',
  };
}
