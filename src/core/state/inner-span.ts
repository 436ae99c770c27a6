import type { Span } from '../span.ts';

/** The place of part of a text in its file; all of the text where YAML escapes or line folds make the offsets differ. */
export function innerSpan(written: { readonly span: Span; readonly exact: boolean }, start: number, end: number): Span {
  const { span, exact } = written;
  return exact ? { ...span, start: span.start + start, end: span.start + end } : span;
}
