import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Scope } from '../as-written/value.ts';
import { quote } from '../yaml/quote.ts';

/** `$name` or `${name}` inside a text; without a name where a dollar stands alone. Offsets are into the text. */
export type Reference = { readonly name: string | undefined; readonly start: number; readonly end: number };

/** `$$`, `${name}`, `$name`, or a lone dollar. */
const REFERENCE = /\$(?:(\$)|\{([^}]*)\}|([A-Za-z_]\w*))?/g;

/** Cuts a text into what stands for itself (`$$` as one dollar) and references. */
export function splitReferences(text: string): readonly (string | Reference)[] {
  if (!text.includes('$')) return [text];
  const pieces: (string | Reference)[] = [];
  let plain = '';
  let at = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [all, dollar, braced, bare] = match;
    plain += text.slice(at, match.index);
    at = match.index + all.length;
    if (dollar !== undefined) {
      plain += '$';
      continue;
    }
    if (plain !== '') pieces.push(plain);
    plain = '';
    pieces.push({ name: braced ?? bare, start: match.index, end: at });
  }
  plain += text.slice(at);
  if (plain !== '') pieces.push(plain);
  return pieces;
}

/** A reference to what is not defined; `name` is undefined for a dollar without one. */
export function unknownValue(name: string | undefined, span: Span, scope: Scope): Diagnostic {
  const near = name === undefined ? undefined : nearest(name, scope.keys());
  const dollar = 'For a dollar sign write `$$`.';
  return {
    severity: 'error',
    code: name === undefined ? 'state.syntax' : 'state.unknown-value',
    message: name === undefined ? 'A `$` without a name after it' : `No value named ${quote(name)}`,
    span,
    hint: near === undefined ? dollar : `Did you mean \`$${near}\`? ${dollar}`,
  };
}
