import type { DiagnosticCode } from './codes.ts';
import type { Span } from './span.ts';

/** One problem found in what the user wrote. Many are collected and shown together. */
export type Diagnostic = {
  readonly severity: 'error' | 'warning';
  /** Stable; docs/errors.md is generated from the tables of these codes. */
  readonly code: DiagnosticCode;
  /** One sentence without a final full stop: what is wrong, with the offending value quoted. */
  readonly message: string;
  readonly span?: Span;
  /** Raw words of another program (iptables, the YAML parser), kept verbatim. */
  readonly output?: string;
  /** The program that printed it; iptables unless set. */
  readonly outputOf?: string;
  /** What to do about it, one sentence. */
  readonly hint?: string;
  /** A second place that matters, such as the other half of a contradiction. */
  readonly related?: readonly { readonly message: string; readonly span: Span }[];
};

/** True when at least one diagnostic is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** Each problem once: both families, several namespaces and several stages find the same. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyOf = ({ code, message, output, span }: Diagnostic) =>
    `${code} ${span?.file} ${span?.start} ${message} ${output}`;
  return [...new Map(diagnostics.map((one) => [keyOf(one), one])).values()];
}

/** By file, then by place; what has no place comes last. */
export function byPlace(one: Diagnostic, other: Diagnostic): number {
  if (one.span === undefined || other.span === undefined)
    return Number(one.span === undefined) - Number(other.span === undefined);
  if (one.span.file !== other.span.file) return one.span.file < other.span.file ? -1 : 1;
  return one.span.start - other.span.start;
}
