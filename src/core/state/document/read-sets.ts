import type { Family } from '../../rules/types.ts';
import type { WrittenSet, WrittenText } from '../as-written/written.ts';
import { entriesOf, find, itemsOf, readText } from '../values/read-node.ts';
import type { YamlEntry, YamlNode } from '../yaml/yaml-node.ts';

/** The `sets:` of a document; what is wrong in form is left out. */
export function readSets(node: YamlNode | undefined): readonly WrittenSet[] {
  return entriesOf(node).flatMap(readSet);
}

const OPTIONS = [
  'timeout',
  'counters',
  'comment',
  'skbinfo',
  'maxelem',
  'netmask',
  'bitmask',
  'markmask',
  'range',
  'size',
] as const;

function readSet({ key, keySpan, value }: YamlEntry): readonly WrittenSet[] {
  const entries = entriesOf(value);
  const type = readText(find(entries, 'type'));
  if (type === undefined) return [];
  const family = readText<Family>(find(entries, 'family'));
  const file = readText(find(entries, 'file'));
  const list = find(entries, 'entries');
  return [
    {
      name: key,
      span: keySpan,
      type,
      ...(family === undefined ? {} : { family }),
      options: OPTIONS.flatMap((name) => {
        const written = readText(find(entries, name));
        return written === undefined ? [] : [{ name, ...written }];
      }),
      ...(list === undefined ? {} : { entries: itemsOf(list).flatMap(textOf) }),
      ...(file === undefined ? {} : { file }),
    },
  ];
}

function textOf(node: YamlNode): readonly WrittenText[] {
  return node.kind === 'text' ? [{ text: node.text, span: node.span, exact: node.exact }] : [];
}
