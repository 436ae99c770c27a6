import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Scope } from '../as-written/value.ts';
import { quote } from '../yaml/quote.ts';

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
