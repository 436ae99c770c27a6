import { type Diagnostic, hasErrors } from '../diagnostic.ts';
import { isTableName } from '../ruleset/builtin.ts';
import type { Family, Policy } from '../ruleset/types.ts';
import type { Span } from '../span.ts';
import { checkChain } from './check-chain.ts';
import { checkHead } from './check-head.ts';
import { checkShape } from './check-shape.ts';
import { parseYaml } from './parse-yaml.ts';
import { readChecks } from './read-checks.ts';
import { DOCUMENT } from './schema.ts';
import type { SourceFile } from './source-file.ts';
import type { BackendChoice, Hook } from './types.ts';
import type { DocumentHead, StateDocument, Written, WrittenChain, WrittenRule, WrittenTable } from './written.ts';
import type { YamlEntry, YamlNode } from './yaml-node.ts';

export const DEFAULT_OWNER = 'fw';

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
    if (node.kind !== 'map' || problems.some((problem) => problem.code === 'state.too-large')) continue;
    const isPlaced = problems.every((problem) => isInside(node.entries, problem));
    const checks = readChecks(find(node.entries, 'checks'));
    diagnostics.push(...checks.diagnostics);
    const span = { ...node.span, file: file.path };
    const document = { ...readDocument(node.entries, span, isPlaced), checks: checks.checks };
    documents.push(document);
    if (!hasErrors(problems)) diagnostics.push(...checkHead(node.entries, document));
    diagnostics.push(...checkChains(document));
  }
  return { documents, diagnostics };
}

/** Inside `tables` or `checks`: the other keys say where the document belongs and how it is meant. */
function isInside(entries: readonly YamlEntry[], { span }: Diagnostic): boolean {
  if (span === undefined) return false;
  return entries
    .filter(({ key }) => key === 'tables' || key === 'checks')
    .some(({ keySpan, value }) => keySpan.start <= span.start && span.end <= value.span.end);
}

function checkChains(document: StateDocument): readonly Diagnostic[] {
  return document.tables.flatMap((table) => table.chains.flatMap((chain) => checkChain(document, table.name, chain)));
}

function readDocument(entries: readonly YamlEntry[], span: Span, isPlaced: boolean): Omit<StateDocument, 'checks'> {
  const hook = readText<Hook>(find(entries, 'hook'));
  const backend = readText<BackendChoice>(find(entries, 'backend'));
  const family = readText<Family>(find(entries, 'family'));
  const head: Omit<DocumentHead, 'checks'> = {
    span,
    isPlaced,
    namespaces: readTexts(find(entries, 'namespace')),
    ownership: readText<'shared' | 'exclusive'>(find(entries, 'ownership')) ?? { value: 'shared', span },
    owner: readText(find(entries, 'owner')) ?? { value: DEFAULT_OWNER, span },
    keep: readTexts(find(entries, 'keep')).map(({ value }) => value),
    ...(hook === undefined ? {} : { hook }),
    ...(backend === undefined ? {} : { backend }),
    ...(family === undefined ? {} : { family }),
  };
  return { ...head, tables: mapEntries(find(entries, 'tables')).flatMap(readTable) };
}

function readTable({ key, keySpan, value }: YamlEntry): readonly WrittenTable<WrittenRule>[] {
  return isTableName(key) ? [{ name: key, span: keySpan, chains: mapEntries(value).map(readChain) }] : [];
}

function readChain({ key, keySpan, value }: YamlEntry): WrittenChain<WrittenRule> {
  const entries = mapEntries(value);
  const policy = readText<Policy>(find(entries, 'policy'));
  const rules = value.kind === 'map' ? find(entries, 'rules') : value;
  return {
    name: key,
    span: keySpan,
    ...(policy === undefined ? {} : { policy }),
    rules: rules?.kind === 'list' ? rules.items.flatMap(readRule) : [],
  };
}

function readRule(node: YamlNode): readonly WrittenRule[] {
  if (node.kind === 'text') return [{ text: node.text, span: node.span, exact: node.exact }];
  const entries = mapEntries(node);
  const rule = find(entries, 'rule');
  if (rule?.kind !== 'text') return [];
  const id = readText(find(entries, 'id'));
  const comment = readText(find(entries, 'comment'));
  const family = readText<Family>(find(entries, 'family'));
  return [
    {
      text: rule.text,
      span: rule.span,
      exact: rule.exact,
      ...(id === undefined ? {} : { id }),
      ...(comment === undefined ? {} : { comment }),
      ...(family === undefined ? {} : { family }),
    },
  ];
}

function mapEntries(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

function find(entries: readonly YamlEntry[], key: string): YamlNode | undefined {
  return entries.find((entry) => entry.key === key)?.value;
}

/** `T` holds because `checkShape` compared the text with the choices, and nothing is planned where they differ. */
function readText<T extends string = string>(node: YamlNode | undefined): Written<T> | undefined {
  return node?.kind === 'text' ? { value: node.text as T, span: node.span } : undefined;
}

function readTexts(node: YamlNode | undefined): readonly Written<string>[] {
  const items = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
  return items.flatMap((item) => readText(item) ?? []);
}
