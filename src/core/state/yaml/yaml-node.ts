import type { Span } from '../../diagnostics/span.ts';

/** A file that a person wrote, whole; `path` is what spans name. */
export type SourceFile = { readonly path: string; readonly text: string };

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

/** The place of part of a text in its file; all of the text where YAML escapes or line folds make the offsets differ. */
export function innerSpan(written: { readonly span: Span; readonly exact: boolean }, start: number, end: number): Span {
  const { span, exact } = written;
  if (!exact) return span;
  const inner = { file: span.file, start: span.start + start, end: span.start + end };
  return span.expanded === undefined ? inner : { ...inner, expanded: span.expanded };
}
