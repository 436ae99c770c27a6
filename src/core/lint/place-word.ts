import type { Sources, Span } from '../diagnostics/span.ts';

/** The place of some words inside that of their rule, where they stand there once and as they are; else the place of the rule. */
export function placeWord(span: Span, words: string, sources: Sources): Span {
  const written = sources.get(span.file)?.slice(span.start, span.end) ?? '';
  const at = written.indexOf(words);
  if (at < 0 || written.indexOf(words, at + 1) >= 0) return span;
  return { ...span, start: span.start + at, end: span.start + at + words.length };
}
