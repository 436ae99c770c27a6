import type { Sources, Span } from '../diagnostics/span.ts';

const QUOTED = /[`'"]([^`'"\n]+)['"]/g;

/**
 * The word of a rule that a refusal is about: a message that quotes a word which stands once in the rule points at it,
 * any other at the whole rule. iptables quotes as in `invalid port/service `70000' specified`.
 */
export function narrowSpan(span: Span, output: string, sources: Sources): Span {
  const written = sources.get(span.file)?.slice(span.start, span.end) ?? '';
  for (const match of output.matchAll(QUOTED)) {
    const word = match[1] ?? '';
    const at = written.indexOf(word);
    if (at >= 0 && written.indexOf(word, at + 1) < 0)
      return { ...span, start: span.start + at, end: span.start + at + word.length };
  }
  return span;
}
