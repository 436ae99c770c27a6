import type { AboutNames } from '../../core/desired/odd-namespace.ts';
import type { DesiredState } from '../../core/desired/types.ts';
import { byPlace, type Diagnostic, hasErrors } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { LIMITS } from '../../core/limits.ts';
import { checkFamilies } from '../../core/lint/families.ts';
import { lintState } from '../../core/lint/lint-state.ts';
import { countSplit } from '../../core/rule-text/split-addresses.ts';
import { fullBudget } from '../../core/state/as-written/value.ts';
import type { ReadDocument, StateDocument } from '../../core/state/as-written/written.ts';
import { readSetFile } from '../../core/state/document/read-set-file.ts';
import { expandDocument } from '../../core/state/expand-document.ts';
import { mergeDocuments } from '../../core/state/merge-documents.ts';
import { placeScript, placeSets } from '../../core/state/rule/place-script.ts';
import { kindOfPath } from '../../core/state/schema/file-kind.ts';
import type { Script } from '../../core/state/schema/script.ts';
import type { Library } from '../../core/state/values/expanding.ts';
import type { StateFile, StateFiles, TemplateFiles } from '../../ports/ports.ts';
import { loadLists } from './load-lists.ts';
import { loadTemplates } from './load-templates.ts';
import { findUnused, type GivenValues, loadValues } from './load-values.ts';

/** A millisecond or two of parsing. */
const RULES_A_TURN = 500;

export type LoadedState = {
  readonly desired: DesiredState;
  readonly sources: Sources;
  /** Warnings, and errors that leave the rules as they are: they are reported together with what the kernel refuses. */
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Reads and checks everything under `path`. `existing` are the names under /run/netns; undefined leaves globs and names unchecked.
 *
 * Throws FwError with all diagnostics and their sources: `state.invalid`, `env.no-namespace` when missing namespaces are all that is
 * wrong, `state.empty` when nothing is declared and `allowEmpty` is not set; and what `stateFiles` throws.
 */
export async function loadDesired(
  ports: { readonly stateFiles: StateFiles; readonly templates?: TemplateFiles },
  options: {
    readonly path: string;
    readonly allowEmpty: boolean;
    readonly existing: readonly string[] | undefined;
    readonly about?: AboutNames;
    readonly given?: GivenValues;
    /** Called with the paths of the files, before one is read. */
    readonly found?: (paths: readonly string[]) => Promise<void>;
    /** Called when the files are read and nothing is parsed yet. */
    readonly begun?: (files: readonly StateFile[]) => Promise<void>;
    /** Called now and then, so that other work gets on meanwhile. */
    readonly turn?: () => Promise<void>;
  },
): Promise<LoadedState> {
  const files = await ports.stateFiles.read(options.path, options.found);
  await options.begun?.(files);
  const budget = fullBudget();
  const values = await loadValues(ports.stateFiles, options.given ?? { vars: [], files: [] }, budget);
  const { written, scripts, sets, rules, diagnostics } = await readFiles(files, options.path, options.turn);
  const tooOld = diagnostics.filter(({ code }) => code === 'state.version');
  if (tooOld.length > 0) throw invalid(options.path, tooOld, new Map(files.map(({ path, text }) => [path, text])));
  const found = await loadTemplates(ports.templates, options.path, written);
  const read = expand(written, { ...found, overrides: values.overrides, budget }, { root: options.path, rules });
  const { documents, ...lists } = await loadLists(ports.stateFiles, options.path, [...read.documents, ...sets]);
  const sources: Sources = new Map(
    [...files, ...values.files, ...found.files, ...lists.files].map(({ path, text }) => [path, text]),
  );
  const merged = mergeDocuments(documents, scripts, {
    existing: options.existing,
    ...(options.about === undefined ? {} : { about: options.about }),
  });
  const all = withoutRepeats([
    ...values.diagnostics,
    ...findUnused(values.overrides, written, files),
    ...diagnostics,
    ...found.diagnostics,
    ...read.diagnostics,
    ...lists.diagnostics,
    ...merged.diagnostics,
  ]).sort(byPlace);
  if (hasErrors(all)) throw invalid(options.path, all, sources);
  if (!options.allowEmpty && isEmpty(documents, scripts)) {
    throw new FwError('state.empty', `The state at ${options.path} declares no chain and no policy`);
  }
  // Which chains lead where is known only of a state that is whole.
  const lint = [...checkFamilies(documents), ...lintState(merged.desired, sources)];
  return { desired: merged.desired, sources, diagnostics: [...all, ...lint].sort(byPlace) };
}

type Read = {
  readonly written: StateDocument[];
  readonly scripts: Script[];
  /** Of files of `ipset save`: nothing in them stands for anything else. */
  readonly sets: ReadDocument[];
  /** Rules of the scripts. */
  rules: number;
  /** Rules of the documents as they are written: a bound on these is met before all files are in memory. */
  writtenRules: number;
  readonly diagnostics: Diagnostic[];
};

async function readFiles(files: readonly StateFile[], root: string, turn = async () => {}): Promise<Read> {
  const read: Read = { written: [], scripts: [], sets: [], rules: 0, writtenRules: 0, diagnostics: [] };
  let turned = 0;
  for (const file of files) {
    if (read.rules >= turned + RULES_A_TURN) {
      turned = read.rules;
      await turn();
    }
    const scripts = read.scripts.length;
    const kind = kindOfPath(file.path);
    if (kind === 'document') await readYaml(read, file);
    else if (kind === 'sets') readSets(read, file, root);
    else await readScript(read, file, root);
    read.rules += read.scripts.slice(scripts).reduce((sum, script) => sum + rulesOf(script).length, 0);
    if (read.rules + read.writtenRules > LIMITS.rules.most) throw tooManyRules(root);
  }
  return read;
}

/** Writes out what the documents say, one after the other, so that too much of it is noticed before it is all in memory. */
function expand(
  written: readonly StateDocument[],
  library: Library,
  before: { readonly root: string; readonly rules: number },
): { readonly documents: readonly ReadDocument[]; readonly diagnostics: readonly Diagnostic[] } {
  const documents: ReadDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  let { rules } = before;
  for (const one of written) {
    const read = expandDocument(one, library);
    documents.push(read.document);
    for (const diagnostic of read.diagnostics) diagnostics.push(diagnostic);
    for (const rule of rulesOf(read.document)) {
      rules += Math.max(
        1,
        rule.versions.reduce((sum, { words }) => sum + countSplit(words), 0),
      );
    }
    if (rules > LIMITS.rules.most) throw tooManyRules(before.root);
  }
  return { documents, diagnostics };
}

function tooManyRules(root: string): FwError {
  return new FwError('state.invalid', `The state at ${root} has more than ${LIMITS.rules.most} rules`, {
    next: 'Put long lists of addresses into an ipset, and name it in one rule.',
  });
}

function rulesOf<Rule>(part: {
  readonly tables: readonly { readonly chains: readonly { readonly rules: readonly Rule[] }[] }[];
}): readonly Rule[] {
  return part.tables.flatMap(({ chains }) => chains.flatMap(({ rules }) => rules));
}

/** What is wrong in a template whatever it is used with is reported once, not for every use. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, span, message }) => {
    if (span?.expanded === undefined) return true;
    const key = `${code} ${span.file} ${span.start} ${span.end} ${message}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

async function readYaml(read: Read, file: StateFile): Promise<void> {
  // The YAML library takes 25 ms to load, which a state of .rules files alone need not wait for.
  const { parseDocument } = await import('../../core/state/parse-document.ts');
  const parsed = parseDocument(file);
  read.diagnostics.push(...parsed.diagnostics);
  read.written.push(...parsed.documents);
  read.writtenRules += parsed.documents.reduce((sum, document) => sum + rulesOf(document).length, 0);
}

function readSets(read: Read, file: StateFile, root: string): void {
  const placed = placeSets(root, file.path);
  if ('problem' in placed) {
    read.diagnostics.push(placed.problem);
    return;
  }
  const { document, diagnostics } = readSetFile(file, placed.namespace);
  read.diagnostics.push(...diagnostics);
  read.sets.push(document);
}

async function readScript(read: Read, file: StateFile, root: string): Promise<void> {
  const placed = placeScript(root, file.path);
  if ('problem' in placed) {
    read.diagnostics.push(placed.problem);
    return;
  }
  const { parseScript } = await import('../../core/restore/parse-script.ts');
  const { tables, diagnostics } = parseScript(file.path, file.text, placed.family);
  read.diagnostics.push(...diagnostics);
  read.scripts.push({ ...placed, tables, span: { file: file.path, start: 0, end: 0 } });
}

function isEmpty(documents: readonly ReadDocument[], scripts: readonly Script[]): boolean {
  const tables: readonly { readonly chains: readonly unknown[] }[] = [
    ...documents.flatMap((document) => document.tables),
    ...scripts.flatMap((script) => script.tables),
  ];
  return tables.every((table) => table.chains.length === 0) && documents.every(({ sets }) => sets.length === 0);
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
