import { type Document, isMap, isScalar, type Pair, parseAllDocuments, type YAMLMap } from 'yaml';

/** Keys of a document in the order in which a reader asks: where, how, with what, and then the rules. */
const KEY_ORDER = [
  'kind',
  'namespace',
  'backend',
  'family',
  'ownership',
  'owner',
  'hook',
  'keep',
  'connections',
  'description',
  'parameters',
  'values',
  'sets',
  'use',
  'checks',
  'rules',
  'tables',
  'reachable',
  'tests',
];

/**
 * State documents in the one style: two blanks of indentation, the keys of a document in a fixed order, no line folded. Comments, quotes,
 * blank lines and the order of everything else stay. Undefined for text that is not YAML, or that would not mean the same.
 */
export function formatDocuments(text: string): string | undefined {
  const documents = parse(text);
  if (documents === undefined) return undefined;
  for (const { contents } of documents) if (isMap(contents)) orderKeys(contents);
  const printed = documents.map(printDocument).join('---\n');
  const again = parse(printed);
  return again !== undefined && meaning(again) === meaning(documents) ? printed : undefined;
}

function parse(text: string): readonly Document[] | undefined {
  // Scalars stay text, as the loader of the state reads them.
  const documents = parseAllDocuments(text, { schema: 'failsafe' });
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return undefined;
  return documents;
}

function printDocument(document: Document): string {
  const text = document.toString({ lineWidth: 0, indent: 2, indentSeq: true, flowCollectionPadding: false });
  return text.replace(/^---\n/, '').replace(/\n*$/, '\n');
}

function orderKeys(map: YAMLMap): void {
  const place = ({ key }: Pair) => {
    const at = KEY_ORDER.indexOf(isScalar(key) ? String(key.value) : '');
    return at < 0 ? KEY_ORDER.length : at;
  };
  const old = map.items[0]?.key;
  map.items.sort((a, b) => place(a) - place(b));
  const fresh = map.items[0]?.key;
  // A comment at the head of the document is about all of it.
  if (!isScalar(old) || !isScalar(fresh) || old === fresh || !old.commentBefore) return;
  fresh.commentBefore = [old.commentBefore, ...(fresh.commentBefore ? [fresh.commentBefore] : [])].join('\n');
  old.commentBefore = null;
}

function meaning(documents: readonly Document[]): string {
  return JSON.stringify(documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown));
}
