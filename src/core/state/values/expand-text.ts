import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { type Instance, textOf } from '../as-written/rule-instance.ts';
import type { Scope } from '../as-written/value.ts';
import { innerSpan } from '../yaml/yaml-node.ts';
import { splitReferences, unknownValue } from './references.ts';

/**
 * A text with its references replaced, where each of them must be one text: a comment, the name of a chain. `bound` are items of lists
 * that are being gone through. Undefined where that is not so.
 */
export function expandText(
  written: { readonly text: string; readonly span: Span; readonly exact: boolean },
  scope: Scope,
  bound: Instance['bound'] = [],
): { readonly text: string | undefined; readonly diagnostics: readonly Diagnostic[] } {
  if (!written.text.includes('$')) return { text: written.text, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  let isWhole = true;
  const texts = splitReferences(written.text).map((piece) => {
    if (typeof piece === 'string') return piece;
    const { name, start, end } = piece;
    const item = textOf(bound, name);
    if (item !== undefined) return item;
    const value = name === undefined ? undefined : scope.get(name);
    const span = innerSpan(written, start, end);
    if (value === undefined) diagnostics.push(unknownValue(name, span, scope));
    else if (value.isList && value.items.length > 0) diagnostics.push(isList(name ?? '', span, value.span));
    const only = value?.isList === false ? value.items[0] : undefined;
    if (only === undefined) isWhole = false;
    return only?.text ?? '';
  });
  return { text: isWhole ? texts.join('') : undefined, diagnostics };
}

export function isList(name: string, span: Span, definition: Span): Diagnostic {
  return {
    severity: 'error',
    code: 'state.value',
    message: `\`$${name}\` is a list, and one text is needed here`,
    span,
    related: [{ message: 'the list', span: definition }],
    hint: 'A list repeats a rule when it stands among the words of the rule.',
  };
}
