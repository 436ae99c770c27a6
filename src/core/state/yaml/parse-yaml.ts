import { type Document, isAlias, isMap, isSeq, type Pair, type ParsedNode, parseAllDocuments, type Scalar } from 'yaml';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import { explainYamlError, tooDeep } from './explain-yaml-error.ts';
import { findRuleRuns, type RuleRun } from './find-rule-runs.ts';
import { quote } from './quote.ts';
import type { SourceFile, YamlEntry, YamlNode } from './yaml-node.ts';

const LARGEST_FILE = LIMITS.yamlFile.most;

/** Syntax errors shown of one document: after the first few, the parser mostly complains about its own confusion. */
const MOST_SYNTAX_ERRORS = 3;

/** Errors looked at for those: a hostile line can have one at every character. */
const MOST_EXPLAINED = 30;

/** Everything known while one document is read. An anchor can be used only after it was closed, so no value contains itself. */
type Reading = {
  readonly file: SourceFile;
  /** Runs of rules that the parser was not shown, by the place of their first item, and those that were met in a list. */
  readonly runs: ReadonlyMap<number, RuleRun>;
  readonly met: Set<number>;
  readonly anchors: Map<string, YamlNode>;
  readonly diagnostics: Diagnostic[];
};

/** The documents of a YAML file as trees with places. A document that is not YAML gives diagnostics and no tree; the others are read. */
export function parseYaml(file: SourceFile): {
  readonly documents: readonly YamlNode[];
  readonly diagnostics: readonly Diagnostic[];
} {
  if (file.text.length > LARGEST_FILE) return { documents: [], diagnostics: [tooLarge(file)] };
  const { text, runs } = findRuleRuns(file.text);
  const quick = runs.size === 0 ? undefined : readFile(file, text, runs);
  // Anything unusual, such as an error or a run that turned out to be part of a text, is read again in full.
  return quick?.isTrue === true ? quick : readFile(file, file.text, new Map());
}

function readFile(
  file: SourceFile,
  text: string,
  runs: Reading['runs'],
): { readonly documents: readonly YamlNode[]; readonly diagnostics: readonly Diagnostic[]; readonly isTrue: boolean } {
  const parsed = parseDocuments(text);
  if (parsed === undefined) return { documents: [], diagnostics: [tooDeep(file, 0)], isTrue: false };
  const documents: YamlNode[] = [];
  const diagnostics: Diagnostic[] = [];
  const met = new Set<number>();
  for (const document of parsed) {
    diagnostics.push(...explainErrors(file, document));
    if (document.errors.length > 0 || document.contents === null) continue;
    const node = readNode({ file, runs, met, anchors: new Map(), diagnostics }, document.contents);
    if (node.kind !== 'empty') documents.push(node);
  }
  return { documents, diagnostics, isTrue: diagnostics.length === 0 && met.size === runs.size };
}

/** One for a line: what else the parser says about it is its own confusion. */
function explainErrors(file: SourceFile, document: Document.Parsed): readonly Diagnostic[] {
  const lines = new Map<number, Diagnostic>();
  for (const error of document.errors.slice(0, MOST_EXPLAINED)) {
    const explained = explainYamlError(file, error);
    const line = file.text.lastIndexOf('\n', (explained.span?.start ?? 0) - 1);
    if (!lines.has(line)) lines.set(line, explained);
    if (lines.size === MOST_SYNTAX_ERRORS) break;
  }
  return [...lines.values()];
}

/** Undefined: the parser, which recurses, ran out of stack. */
function parseDocuments(text: string): readonly Document.Parsed[] | undefined {
  try {
    // `failsafe` keeps every scalar as text: 0x10 stays 0x10 and `no` stays `no`. Duplicate keys are found below, in linear time.
    const parsed = parseAllDocuments(text, {
      schema: 'failsafe',
      prettyErrors: false,
      keepSourceTokens: false,
      uniqueKeys: false,
      logLevel: 'silent',
    });
    return Array.isArray(parsed) ? parsed : [];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readNode(reading: Reading, node: ParsedNode): YamlNode {
  const span = spanOf(reading.file, node);
  if (isAlias(node)) return readAlias(reading, node.source, span);
  checkTag(reading, node.tag, span);
  const read: YamlNode = isMap(node)
    ? { kind: 'map', entries: readEntries(reading, node.items as readonly Pair<ParsedNode, ParsedNode | null>[]), span }
    : isSeq(node)
      ? { kind: 'list', items: readItems(reading, node.items as readonly ParsedNode[], node.flow === true), span }
      : readScalar(reading.file, node, span);
  if (node.anchor !== undefined) reading.anchors.set(node.anchor, read);
  return read;
}

function readItems(reading: Reading, nodes: readonly ParsedNode[], isFlow: boolean): readonly YamlNode[] {
  const items: YamlNode[] = [];
  nodes.forEach((node, index) => {
    items.push(readNode(reading, node));
    const run = reading.runs.get(node.range[0]);
    if (run === undefined || isFlow || nodes[index + 1]?.range[0] !== run.last) return;
    reading.met.add(run.first);
    for (let at = 0; at < run.between.length; at += 2) {
      const [start = 0, end = 0] = run.between.slice(at, at + 2);
      const span = { file: reading.file.path, start, end };
      items.push({ kind: 'text', text: reading.file.text.slice(start, end), span, exact: true });
    }
  });
  return items;
}

function readAlias(reading: Reading, name: string, span: Span): YamlNode {
  const anchored = reading.anchors.get(name);
  if (anchored !== undefined) return anchored;
  reading.diagnostics.push({
    severity: 'error',
    code: 'state.syntax',
    message: `No anchor \`&${name}\` before this alias`,
    span,
    hint: 'Quote the value if it is not meant as a YAML alias.',
  });
  return { kind: 'empty', span };
}

function readEntries(reading: Reading, pairs: readonly Pair<ParsedNode, ParsedNode | null>[]): readonly YamlEntry[] {
  const entries = new Map<string, YamlEntry>();
  for (const pair of pairs) {
    const key = readNode(reading, pair.key);
    const value: YamlNode = pair.value === null ? { kind: 'empty', span: key.span } : readNode(reading, pair.value);
    const entry = key.kind === 'text' ? { key: key.text, keySpan: key.span, value } : undefined;
    const earlier = entry === undefined ? undefined : entries.get(entry.key);
    if (entry === undefined) reading.diagnostics.push(notAKey(key.span));
    else if (earlier !== undefined) reading.diagnostics.push(duplicateKey(entry, earlier));
    else entries.set(entry.key, entry);
  }
  return [...entries.values()];
}

function readScalar(file: SourceFile, node: Scalar.Parsed, span: Span): YamlNode {
  const text = String(node.value);
  if (node.type === 'PLAIN' && (text === '' || text === '~' || text === 'null')) return { kind: 'empty', span };
  const isQuoted = node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE';
  const inside = isQuoted ? { file: span.file, start: span.start + 1, end: span.end - 1 } : span;
  const exact = inside.end - inside.start === text.length && file.text.startsWith(text, inside.start);
  // A block scalar ends with a line feed that is not meant.
  const isBlock = node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL';
  return { kind: 'text', text: isBlock ? text.replace(/\n$/, '') : text, span: exact ? inside : span, exact };
}

/** A tag changes what a value is; `- ! -i lo` is a tag too, and YAML would drop the negation. */
function checkTag(reading: Reading, tag: string | undefined, value: Span): void {
  if (tag === undefined) return;
  const before = reading.file.text.slice(0, value.start);
  const start = value.start - (/\S+\s*$/.exec(before.slice(-200))?.[0].length ?? 0);
  const isNegation = tag === '!';
  const shortTag = tag.replace(/^tag:yaml\.org,2002:/, '!!');
  reading.diagnostics.push({
    severity: 'error',
    code: 'state.tag',
    message: isNegation ? 'YAML drops a `!` at the start of a value' : `YAML tag ${quote(shortTag)} is not allowed`,
    span: { file: value.file, start, end: value.end },
    hint: isNegation
      ? "Put the whole rule in single quotes: '! -i lo -j DROP'."
      : 'Remove it; if the value begins with `!`, put it in single quotes.',
  });
}

function spanOf(file: SourceFile, node: ParsedNode): Span {
  const [start, end] = node.range;
  return { file: file.path, start, end };
}

function duplicateKey(entry: YamlEntry, earlier: YamlEntry): Diagnostic {
  return {
    severity: 'error',
    code: 'state.duplicate-key',
    message: `Key ${quote(entry.key)} is written twice`,
    span: entry.keySpan,
    related: [{ message: 'first written here', span: earlier.keySpan }],
    hint: 'Join the two under one key.',
  };
}

function notAKey(span: Span): Diagnostic {
  return { severity: 'error', code: 'state.syntax', message: 'A key must be plain text', span };
}

function tooLarge(file: SourceFile): Diagnostic {
  return {
    severity: 'error',
    code: 'state.too-large',
    message: 'A YAML file of more than 10 MB is not read',
    span: { file: file.path, start: 0, end: 0 },
    hint: 'Split it, or write the tables as NAMESPACE/ipv4.rules and NAMESPACE/ipv6.rules.',
  };
}
