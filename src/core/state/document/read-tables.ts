import { isTableName } from '../../rules/builtin.ts';
import type { Family, Policy } from '../../rules/types.ts';
import type { WrittenChain, WrittenItem, WrittenTable } from '../as-written/written.ts';
import { entriesOf, find, itemsOf, readText } from '../values/read-node.ts';
import type { YamlEntry, YamlNode } from '../yaml/yaml-node.ts';
import { readUse, readWhen } from './read-use.ts';

/** The `tables:` of a document or a template; what is wrong in form is left out. */
export function readTables(node: YamlNode | undefined): readonly WrittenTable<WrittenItem>[] {
  return entriesOf(node).flatMap(({ key, keySpan, value }) =>
    isTableName(key) ? [{ name: key, span: keySpan, chains: entriesOf(value).map(readChain) }] : [],
  );
}

/** The `rules:` of a chain or a template. */
export function readRules(node: YamlNode | undefined): readonly WrittenItem[] {
  return itemsOf(node).flatMap(readItem);
}

function readChain({ key, keySpan, value }: YamlEntry): WrittenChain<WrittenItem> {
  const entries = entriesOf(value);
  const policy = readText<Policy>(find(entries, 'policy'));
  const foreign = readText(find(entries, 'foreign'));
  return {
    name: key,
    span: keySpan,
    ...(policy === undefined ? {} : { policy }),
    ...(foreign?.value === 'true' ? { foreign: foreign.span } : {}),
    ...readWhen(entries),
    rules: readRules(value.kind === 'map' ? find(entries, 'rules') : value),
  };
}

function readItem(node: YamlNode): readonly WrittenItem[] {
  if (node.kind === 'text') return [{ text: node.text, span: node.span, exact: node.exact }];
  const entries = entriesOf(node);
  const rule = find(entries, 'rule');
  if (rule?.kind !== 'text') return readUse(entries, 'use');
  const id = readText(find(entries, 'id'));
  const comment = find(entries, 'comment');
  const family = readText<Family>(find(entries, 'family'));
  return [
    {
      text: rule.text,
      span: rule.span,
      exact: rule.exact,
      ...(id === undefined ? {} : { id }),
      ...(comment?.kind === 'text'
        ? { comment: { value: comment.text, span: comment.span, exact: comment.exact } }
        : {}),
      ...(family === undefined ? {} : { family }),
      ...readWhen(entries),
    },
  ];
}
