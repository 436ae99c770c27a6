import type { Written, WrittenText, WrittenValue } from '../as-written/written.ts';
import type { YamlEntry, YamlNode } from '../yaml/yaml-node.ts';

/** What a mapping holds; nothing for any other value. */
export function entriesOf(node: YamlNode | undefined): readonly YamlEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  return node?.kind === 'list' ? node.items : [];
}

export function find(entries: readonly YamlEntry[], key: string): YamlNode | undefined {
  return entries.find((entry) => entry.key === key)?.value;
}

/** `T` holds because `checkShape` compared the text with the choices, and nothing is planned where they differ. */
export function readText<T extends string = string>(node: YamlNode | undefined): Written<T> | undefined {
  return node?.kind === 'text' ? { value: node.text as T, span: node.span } : undefined;
}

/** A text, or the texts of a list. */
export function readTexts(node: YamlNode | undefined): readonly Written<string>[] {
  const items = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
  return items.flatMap((item) => readText(item) ?? []);
}

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
