import { byPlace, type Diagnostic, hasErrors } from '../core/diagnostic.ts';
import { FwError } from '../core/errors.ts';
import { countSplit } from '../core/ruleset/split-addresses.ts';
import type { Sources } from '../core/span.ts';
import { mergeDocuments } from '../core/state/merge-documents.ts';
import { placeScript } from '../core/state/place-script.ts';
import { readDocument } from '../core/state/read-document.ts';
import type { Script } from '../core/state/script.ts';
import type { DesiredState } from '../core/state/types.ts';
import type { ReadDocument } from '../core/state/written.ts';
import type { StateFile, StateFiles } from '../ports.ts';

export type LoadedState = {
  readonly desired: DesiredState;
  readonly sources: Sources;
  /** Warnings only. */
  readonly diagnostics: readonly Diagnostic[];
};

/** Of all files together, one for each address of a list. What is held for each of them in memory is some kilobytes. */
const MOST_RULES = 1_000_000;

/**
 * Reads and checks everything under `path`. `existing` are the names under /run/netns; undefined leaves globs and names unchecked.
 *
 * Throws FwError with all diagnostics and their sources: `state.invalid`, `env.no-namespace` when missing namespaces are all that is
 * wrong, `state.empty` when nothing is declared and `allowEmpty` is not set; and what `stateFiles` throws.
 */
export async function loadDesired(
  ports: { readonly stateFiles: StateFiles },
  options: { readonly path: string; readonly allowEmpty: boolean; readonly existing: readonly string[] | undefined },
): Promise<LoadedState> {
  const files = await ports.stateFiles.read(options.path);
  const sources: Sources = new Map(files.map(({ path, text }) => [path, text]));
  const { documents, scripts, diagnostics } = await readFiles(files, options.path);
  const merged = mergeDocuments(documents, scripts, { existing: options.existing });
  const all = [...diagnostics, ...merged.diagnostics].sort(byPlace);
  if (hasErrors(all)) throw invalid(options.path, all, sources);
  if (!options.allowEmpty && isEmpty(documents, scripts)) {
    throw new FwError('state.empty', `The state at ${options.path} declares no chain and no policy`);
  }
  return { desired: merged.desired, sources, diagnostics: all };
}

type Read = {
  readonly documents: ReadDocument[];
  readonly scripts: Script[];
  readonly diagnostics: Diagnostic[];
};

async function readFiles(files: readonly StateFile[], root: string): Promise<Read> {
  const read: Read = { documents: [], scripts: [], diagnostics: [] };
  let rules = 0;
  for (const file of files) {
    const [documents, scripts] = [read.documents.length, read.scripts.length];
    if (/\.ya?ml$/.test(file.path)) await readYaml(read, file);
    else await readScript(read, file, root);
    rules += countRules({ documents: read.documents.slice(documents), scripts: read.scripts.slice(scripts) });
    if (rules > MOST_RULES) {
      throw new FwError('state.invalid', `The state at ${root} has more than ${MOST_RULES} rules`, {
        next: 'Put long lists of addresses into an ipset, and name it in one rule.',
      });
    }
  }
  return read;
}

function countRules({ documents, scripts }: Pick<Read, 'documents' | 'scripts'>): number {
  let count = 0;
  for (const rule of documents.flatMap(rulesOf)) {
    count += Math.max(1, ...rule.versions.map(({ words }) => countSplit(words)));
  }
  return scripts.reduce((sum, script) => sum + rulesOf(script).length, count);
}

function rulesOf<Rule>(part: {
  readonly tables: readonly { readonly chains: readonly { readonly rules: readonly Rule[] }[] }[];
}): readonly Rule[] {
  return part.tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules));
}

async function readYaml(read: Read, file: StateFile): Promise<void> {
  // The YAML library takes 25 ms to load, which a state of .rules files alone need not wait for.
  const { parseDocument } = await import('../core/state/parse-document.ts');
  const parsed = parseDocument(file);
  read.diagnostics.push(...parsed.diagnostics);
  for (const written of parsed.documents) {
    const { document, diagnostics } = readDocument(written);
    read.documents.push(document);
    read.diagnostics.push(...diagnostics);
  }
}

async function readScript(read: Read, file: StateFile, root: string): Promise<void> {
  const placed = placeScript(root, file.path);
  if ('problem' in placed) {
    read.diagnostics.push(placed.problem);
    return;
  }
  const { parseScript } = await import('../core/ruleset/parse-script.ts');
  const { tables, diagnostics } = parseScript(file.path, file.text, placed.family);
  read.diagnostics.push(...diagnostics);
  read.scripts.push({ ...placed, tables, span: { file: file.path, start: 0, end: 0 } });
}

function isEmpty(documents: readonly ReadDocument[], scripts: readonly Script[]): boolean {
  const tables: readonly { readonly chains: readonly unknown[] }[] = [
    ...documents.flatMap((document) => document.tables),
    ...scripts.flatMap((script) => script.tables),
  ];
  return tables.every((table) => table.chains.length === 0);
}

function invalid(path: string, diagnostics: readonly Diagnostic[], sources: Sources): FwError {
  const errors = diagnostics.filter((one) => one.severity === 'error');
  const places = new Set(errors.map((one) => one.span?.file));
  const isMissing = errors.every((one) => one.code === 'env.no-namespace');
  const message = `${count(errors.length, 'error')} in ${count(places.size, 'file')} of the state at ${path}`;
  return new FwError(isMissing ? 'env.no-namespace' : 'state.invalid', message, { diagnostics, sources });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
