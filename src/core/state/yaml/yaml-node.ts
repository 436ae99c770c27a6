import type { Span } from '../../diagnostics/span.ts';

/** What a YAML document holds, with the place of everything. Scalars are text exactly as written: no numbers, booleans or dates. */
export type YamlNode = YamlText | YamlList | YamlMap | YamlEmpty;

export type YamlText = {
  readonly kind: 'text';
  readonly text: string;
  /** Inside the quotes if `exact`, else the whole scalar. */
  readonly span: Span;
  /** True when the file holds `text` character by character at `span`, so that places inside it can be pointed at. */
  readonly exact: boolean;
};

export type YamlList = { readonly kind: 'list'; readonly items: readonly YamlNode[]; readonly span: Span };

export type YamlMap = { readonly kind: 'map'; readonly entries: readonly YamlEntry[]; readonly span: Span };

export type YamlEmpty = { readonly kind: 'empty'; readonly span: Span };

/** Keys of one map are unique. */
export type YamlEntry = { readonly key: string; readonly keySpan: Span; readonly value: YamlNode };
