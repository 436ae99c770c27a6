import { jsonSchemaOf } from '../src/core/state/json-schema.ts';
import { DOCUMENT } from '../src/core/state/schema.ts';
import { TEMPLATE } from '../src/core/state/schema/template-schema.ts';

/** What this page reads of a JSON schema. */
type Node = {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number | boolean)[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
};

export type Row = { readonly key: string; readonly takes: string; readonly meaning: string };

/** docs/keys.md, made from the schemas of state files and templates. `npm run docs` writes it. */
export function printKeysPage(): string {
  const rowsOfSchema = (schema: unknown) => keysOf(schema as Node, '').map(lineOf);
  const document = rowsOfSchema(jsonSchemaOf(DOCUMENT, 'state'));
  const template = rowsOfSchema(jsonSchemaOf(TEMPLATE, 'template'));
  return [
    '# All keys of state files',
    '',
    'Made by `npm run docs` from `src/core/state/schema.ts`; do not edit. What they mean together is in [state.md](state.md).',
    '',
    'One row for each key, with the keys above it in front. `NAME` is a name that you choose, `[]` one item of a list. A key in bold must be there.',
    '',
    '## State documents',
    '',
    ...tableOf(document),
    '## Templates',
    '',
    'What a template has beside keys of a document, which mean the same there:',
    '',
    ...tableOf(template.filter((line) => !document.includes(line))),
  ].join('\n');
}

function tableOf(rows: readonly string[]): readonly string[] {
  return ['| key | takes | meaning |', '| --- | --- | --- |', ...rows, ''];
}

function lineOf({ key, takes, meaning }: Row): string {
  return `| ${key} | ${cell(takes)} | ${cell(meaning)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Rows of the keys of a state document, for other pages. */
export function documentKeys(): readonly Row[] {
  return keysOf(jsonSchemaOf(DOCUMENT, 'state') as Node, '');
}

/** The rows of what stands below a node. Of alternatives each that has keys has its rows. */
function keysOf(node: Node, above: string): readonly Row[] {
  const { properties = {}, required = [], additionalProperties, items, anyOf = [] } = node;
  return [
    ...Object.entries(properties).flatMap(([name, below]) => rowsOf(below, above, name, required.includes(name))),
    ...(typeof additionalProperties === 'object' ? rowsOf(additionalProperties, above, 'NAME', false) : []),
    ...(items === undefined ? [] : keysOf(items, `${above}[]`)),
    ...anyOf.flatMap((one) => keysOf(one, above)),
  ];
}

function rowsOf(node: Node, above: string, name: string, isRequired: boolean): readonly Row[] {
  const path = above === '' ? name : `${above}.${name}`;
  const key = isRequired ? `**\`${path}\`**` : `\`${path}\``;
  return [{ key, takes: takesOf(node), meaning: node.description ?? '' }, ...keysOf(node, path)];
}

function takesOf({ type, enum: values, anyOf, minimum, maximum, items }: Node): string {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map(takesOf))].join(', or ');
  const names = [type ?? 'anything'].flat();
  if (names.includes('array')) return items === undefined ? 'a list' : `a list of ${plural(takesOf(items))}`;
  if (names.includes('object')) return 'keys';
  const range = minimum === undefined && maximum === undefined ? '' : ` ${minimum ?? ''}..${maximum ?? ''}`;
  if (names.includes('string')) return `text${range}`;
  if (names.includes('integer') || names.includes('number')) return `a number${range}`;
  return names.includes('boolean') ? '`true` or `false`' : names.join(', ');
}

function plural(takes: string): string {
  return { text: 'texts', keys: 'objects', 'text, or keys': 'texts or objects' }[takes] ?? takes;
}
