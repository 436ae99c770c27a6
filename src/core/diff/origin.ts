import type { Place } from '../diagnostics/locate.ts';
import type { Span } from '../diagnostics/span.ts';

/**
 * Where something was written, for a plan: `state/edge.yaml:12`. For what a template made it is the line of the state that used the
 * template, which is the line under review, with the line of the template behind it: `state/edge.yaml:12 (nat-gateway.yaml:7)`.
 */
export function createOrigin(locate: (span: Span) => Place): (span: Span) => string {
  return (span) => {
    const call = span.expanded?.calls.at(-1);
    if (call === undefined) return `${span.file}:${locate(span).line}`;
    const template = span.file.slice(span.file.lastIndexOf('/') + 1);
    return `${call.file}:${locate(call).line} (${template}:${locate(span).line})`;
  };
}
