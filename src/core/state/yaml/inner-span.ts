import type { Span } from '../../diagnostics/span.ts';

/** The place of part of a text in its file; all of the text where YAML escapes or line folds make the offsets differ. */
export function innerSpan(written: { readonly span: Span; readonly exact: boolean }, start: number, end: number): Span {
  const { span, exact } = written;
  if (!exact) return span;
  const inner = { file: span.file, start: span.start + start, end: span.start + end };
  return span.expanded === undefined ? inner : { ...inner, expanded: span.expanded };
}
