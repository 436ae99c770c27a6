import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { parseFlow } from '../../packets/flow/parse-flow.ts';
import type { FlowPattern } from '../../packets/types/flow-pattern.ts';
import type { Scope } from '../as-written/value.ts';
import type { WrittenText } from '../as-written/written.ts';
import { quote } from '../yaml/quote.ts';
import { innerSpan } from '../yaml/yaml-node.ts';
import { expandText } from './expand-text.ts';
import { splitReferences } from './references.ts';

/** A word of a flow with what values stand for, and where it was written. */
type Expanded = { readonly text: string; readonly span: Span };

/**
 * Reads a flow with its values: a list is the list of its items, so behind `!` it leaves all of them out. A list without items means no packet, and then
 * there is no flow, unless it stands behind `!`, where it leaves nothing out.
 */
export function expandFlow(written: WrittenText, scope: Scope, diagnostics: Diagnostic[]): FlowPattern | undefined {
  const before = diagnostics.length;
  const words = [...written.text.matchAll(/\S+/g)].map((found) => {
    const span = innerSpan(written, found.index, found.index + found[0].length);
    return expandWord({ text: found[0], span, exact: written.exact }, scope, diagnostics);
  });
  if (diagnostics.length > before || words.some((word) => word === undefined)) return undefined;
  const placed = words.filter((word) => word !== undefined);
  const text = placed.map((word) => word.text).join(' ');
  const parsed = parseFlow(text);
  if ('flow' in parsed) return parsed.flow;
  const isAsWritten = text === written.text;
  for (const { start, end, message, hint } of parsed.problems) {
    const span = isAsWritten ? innerSpan(written, start, end) : spanOf(placed, start, end, written.span);
    diagnostics.push({ severity: 'error', code: 'state.flow', message, span, hint });
  }
  return undefined;
}

/** Undefined where the word means no packet, or a mistake is reported. */
function expandWord(word: WrittenText, scope: Scope, diagnostics: Diagnostic[]): Expanded | undefined {
  if (!word.text.includes('$')) return { text: word.text, span: word.span };
  const not = word.text.startsWith('!');
  let at = not ? 1 : 0;
  const items = word.text
    .slice(at)
    .split(',')
    .flatMap((text) => {
      const span = innerSpan(word, at, at + text.length);
      at += text.length + 1;
      return expandItem({ text, span, exact: word.exact }, scope, diagnostics);
    });
  const torn = items.find((item) => /\s/.test(item));
  if (torn !== undefined) diagnostics.push(addsWord(torn, word.span));
  if (items.length === 0) return not ? { text: 'any', span: word.span } : undefined;
  return { text: `${not ? '!' : ''}${items.join(',')}`, span: word.span };
}

function expandItem(item: WrittenText, scope: Scope, diagnostics: Diagnostic[]): readonly string[] {
  const [piece, ...more] = splitReferences(item.text);
  const value = typeof piece === 'object' && more.length === 0 ? scope.get(piece.name ?? '') : undefined;
  // A value with a mistake in it stands for nothing, and the mistake is reported where it is.
  if (value !== undefined) return value.items.map(({ text }) => text);
  const { text, diagnostics: found } = expandText(item, scope);
  diagnostics.push(...found);
  return text === undefined ? [] : [text];
}

function spanOf(words: readonly Expanded[], start: number, end: number, whole: Span): Span {
  let at = 0;
  const met = words.filter(({ text }) => {
    const [first, last] = [at, at + text.length];
    at = last + 1;
    return start < last && first < end;
  });
  const [first] = met;
  return first === undefined ? whole : { ...first.span, end: met.at(-1)?.span.end ?? first.span.end };
}

function addsWord(text: string, span: Span): Diagnostic {
  return {
    severity: 'error',
    code: 'state.flow',
    message: `${quote(text)} would be several words of the flow`,
    span,
    hint: 'A value stands for one item, a list of values for several.',
  };
}
