import type { Hook } from '../desired/claim.ts';
import type { BackendChoice } from '../desired/types.ts';
import { type Diagnostic, hasErrors } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Family } from '../rules/types.ts';
import type { DocumentHead, EntryName, StateDocument } from './as-written/written.ts';
import { readTables } from './document/read-tables.ts';
import { readUses } from './document/read-use.ts';
import { CONTENT_SHAPES, readEntries } from './entries.ts';
import { checkShape } from './schema/check-shape.ts';
import { checkRequiredVersion } from './schema/required-version.ts';
import { DOCUMENT } from './schema.ts';
import { entriesOf, find, readText, readTexts, readValues } from './values/read-node.ts';
import { parseYaml } from './yaml/parse-yaml.ts';
import type { SourceFile, YamlEntry } from './yaml/yaml-node.ts';

const ONLY_SHARED: ReadonlySet<string> = new Set(['owner', 'hook', 'moved']);

const OF_TESTS: ReadonlySet<string> = new Set([
  'kind',
  'namespace',
  'state',
  'requires',
  'values',
  'tests',
  'reachable',
]);
const ONLY_EXCLUSIVE: ReadonlySet<string> = new Set(['keep']);

const DEFAULT_OWNER = 'fw';

/**
 * The documents of one YAML file, each with all that could be made out of it. Where there are errors, what is wrong is left out of the
 * document, so that the rest of it can still be checked; nothing may be planned from it.
 */
export function parseDocument(file: SourceFile): {
  readonly documents: readonly StateDocument[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const parsed = parseYaml(file);
  const diagnostics = [...parsed.diagnostics];
  const documents: StateDocument[] = [];
  for (const node of parsed.documents) {
    const problems = checkShape(node, DOCUMENT, '');
    diagnostics.push(...problems);
    if (node.kind === 'map' && !problems.some(({ span }) => isAbout(node.entries, 'requires', span)))
      diagnostics.push(...checkRequiredVersion(readText(find(node.entries, 'requires'))));
    if (node.kind !== 'map' || problems.some((problem) => problem.code === 'state.too-large')) continue;
    const isPlaced = problems.every((problem) => isInside(node.entries, problem));
    const entries = readEntries(node.entries);
    diagnostics.push(...entries.diagnostics);
    const span = { ...node.span, file: file.path };
    const document = { ...readDocument(node.entries, span, isPlaced), ...entries.written };
    documents.push(document);
    if (!hasErrors(problems)) diagnostics.push(...checkHead(node.entries, document));
  }
  return { documents, diagnostics };
}

/** Inside keys that say what, not where: the other keys say where the document belongs and how it is meant. */
function isInside(entries: readonly YamlEntry[], { span }: Diagnostic): boolean {
  return Object.keys(CONTENT_SHAPES).some((key) => isAbout(entries, key, span));
}

function isAbout(entries: readonly YamlEntry[], key: string, span: Span | undefined): boolean {
  const found = entries.filter((entry) => entry.key === key);
  return found.some(
    ({ keySpan, value }) => span !== undefined && keySpan.start <= span.start && span.end <= value.span.end,
  );
}

function readDocument(entries: readonly YamlEntry[], span: Span, isPlaced: boolean): Omit<StateDocument, EntryName> {
  const hook = readText<Hook>(find(entries, 'hook'));
  const backend = readText<BackendChoice>(find(entries, 'backend'));
  const state = readText(find(entries, 'state'));
  const family = readText<Family>(find(entries, 'family'));
  const moved = readTexts(find(entriesOf(find(entries, 'moved')), 'owner'));
  const isTests = readText(find(entries, 'kind'))?.value === 'tests';
  const head: DocumentHead = {
    span,
    isPlaced,
    ...(isTests ? { isTests } : {}),
    namespaces: readTexts(find(entries, 'namespace')),
    ownership: readText<'shared' | 'exclusive'>(find(entries, 'ownership')) ?? { value: 'shared', span },
    owner: readText(find(entries, 'owner')) ?? { value: DEFAULT_OWNER, span },
    keep: readTexts(find(entries, 'keep')),
    ...(moved.length === 0 ? {} : { formerOwners: moved }),
    ...(state === undefined ? {} : { state }),
    ...(hook === undefined ? {} : { hook }),
    ...(backend === undefined ? {} : { backend }),
    ...(family === undefined ? {} : { family }),
  };
  return {
    ...head,
    values: readValues(find(entries, 'values')),
    uses: readUses(find(entries, 'use')),
    tables: readTables(find(entries, 'tables')),
  };
}

/** Keys at the top of a document that have no meaning under its ownership: ignoring them would surprise the author. */
function checkHead(entries: readonly YamlEntry[], head: DocumentHead): readonly Diagnostic[] {
  if (head.isTests) return entries.filter(({ key }) => !OF_TESTS.has(key)).map(notOfTests);
  const isShared = head.ownership.value === 'shared';
  const misplaced = isShared ? ONLY_EXCLUSIVE : ONLY_SHARED;
  return entries
    .filter(({ key }) => misplaced.has(key))
    .map(({ key, keySpan }) => ({
      severity: 'error',
      code: 'state.ownership',
      message: `\`${key}\` has no meaning with \`ownership: ${head.ownership.value}\``,
      span: keySpan,
      hint: isShared
        ? 'In shared ownership the chains of others stay anyway; remove `keep`, or write `ownership: exclusive`.'
        : `In exclusive ownership chains keep their names and built-in chains hold the rules; remove \`${key}\`.`,
    }));
}

function notOfTests({ key, keySpan }: YamlEntry): Diagnostic {
  return {
    severity: 'error',
    code: 'state.test',
    message: `\`${key}\` has no meaning with \`kind: tests\``,
    span: keySpan,
    hint: 'A document of tests declares nothing: write it in another document, behind `---` or in another file.',
  };
}
