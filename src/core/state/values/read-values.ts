import type { WrittenText, WrittenValue } from '../as-written/written.ts';
import type { YamlEntry, YamlNode } from '../yaml/yaml-node.ts';
import { entriesOf } from './read-node.ts';

/** The values of a mapping such as `values` or `with`. */
export function readValues(node: YamlNode | undefined): readonly WrittenValue[] {
  return entriesOf(node).map(readWrittenValue);
}

export function readWrittenValue({ key, keySpan, value }: YamlEntry): WrittenValue {
  const items = value.kind === 'list' ? value.items : [value];
  return { name: key, span: keySpan, isList: value.kind !== 'text', items: items.flatMap(textOf) };
}

function textOf(node: YamlNode): readonly WrittenText[] {
  return node.kind === 'text' ? [{ text: node.text, span: node.span, exact: node.exact }] : [];
}
