import type { Condition, WrittenUse } from '../as-written/written.ts';
import { entriesOf, find, itemsOf, readText } from '../values/read-node.ts';
import { readValues } from '../values/read-values.ts';
import type { YamlEntry, YamlNode } from '../yaml/yaml-node.ts';
import { readCondition } from './read-condition.ts';

/** The `use:` of a document or a template. */
export function readUses(node: YamlNode | undefined): readonly WrittenUse[] {
  return itemsOf(node).flatMap((item) => readUse(entriesOf(item), 'template'));
}

/** `key` is where the name of the template stands. */
export function readUse(entries: readonly YamlEntry[], key: 'template' | 'use'): readonly WrittenUse[] {
  const template = readText(find(entries, key));
  if (template === undefined) return [];
  return [{ template, with: readValues(find(entries, 'with')), ...readWhen(entries) }];
}

export function readWhen(entries: readonly YamlEntry[]): { readonly when?: Condition } {
  const node = find(entries, 'when');
  return node?.kind === 'text' ? { when: readCondition(node) } : {};
}
