import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { createLocator, linesOf } from '../../core/diagnostics/locate.ts';
import type { Expansion, Sources, Span } from '../../core/diagnostics/span.ts';
import { quote } from '../../core/state/yaml/quote.ts';
import { cleanText } from '../text/clean-text.ts';
import { type Paint, painter } from '../text/theme.ts';
import { wrapText } from '../text/wrap-text.ts';
import { drawExcerpt, type ExcerptRow } from './draw-excerpt.ts';

/** Columns for sentences. Source lines may be a little wider; see draw-excerpt.ts. */
const WIDTH = 100;
const LINES_SHOWN = 10;
const MOST_VALUES = 4;
const MOST_CALLS = 4;

/**
 * A problem in a file as lines for people: what is wrong, where, the line with a caret under the words meant, other places that matter,
 * the output of another program, and what to do. Everything from files or programs is printed with control characters escaped.
 */
export function printDiagnostic(
  diagnostic: Diagnostic,
  sources: Sources,
  options: { readonly colour: boolean },
): string[] {
  const paint = painter(options.colour);
  const { severity, code, message, span, related, hint } = diagnostic;
  const label = severity === 'error' ? paint('bad', 'Error:') : paint('attention', 'Warning:');
  const [first = '', ...rest] = wrapText(`${clean(message)} [${code}]`, WIDTH - 9, '  ');
  return [
    `${label} ${[first, ...rest].length === 1 ? paintCode(paint, first, code) : paint('heading', first)}`,
    ...rest.map((line) => paintCode(paint, line, code)),
    ...(span === undefined ? [] : printPlace(paint, span, sources, { name: '', around: 1 })),
    ...(related ?? []).flatMap((one) => printRelated(paint, one, sources)),
    ...printExpansion(paint, span?.expanded, related ?? [], sources),
    ...printOutput(paint, diagnostic),
    ...(hint === undefined ? [] : wrapText(`  Try: ${clean(hint)}`, WIDTH, '       ')),
  ];
}

/** The code is for searching, not for reading. */
function paintCode(paint: Paint, line: string, code: string): string {
  const mark = `[${code}]`;
  if (!line.endsWith(mark)) return paint('heading', line);
  return paint('heading', line.slice(0, -mark.length)) + paint('faint', mark);
}

function printPlace(
  paint: Paint,
  span: Span,
  sources: Sources,
  options: { readonly name: string; readonly around: number },
): readonly string[] {
  const { name, around } = options;
  const text = sources.get(span.file);
  const also = name === '' ? '' : `  (${name})`;
  const file = clean(span.file);
  // Without the text, or in a file that is meant as a whole, there is no line to point at.
  if (text === undefined || text === '') return [`  ${paint('heading', file)}${also}`];
  if (span.start === 0 && span.end === 0) return [`  ${paint('heading', file)}${also}`];
  const { line, column } = createLocator(sources)(span);
  return [
    `  ${paint('heading', `${file}:${line}:${column}`)}${also}`,
    ...printExcerpt(paint, drawExcerpt(linesOf(sources, span.file), span, around)),
  ];
}

/** A place in a template is told apart from others of the same line by the use in the state. */
function printRelated(
  paint: Paint,
  { span, message }: { readonly span: Span; readonly message: string },
  sources: Sources,
): readonly string[] {
  const call = span.expanded?.calls.at(-1);
  return [
    ...printPlace(paint, span, sources, { name: clean(message), around: 0 }),
    ...(call === undefined ? [] : printPlace(paint, call, sources, { name: 'used here, for that', around: 0 })),
  ];
}

/** How the place came to stand for what it does: the values in it, and the uses of templates that led to it. */
function printExpansion(
  paint: Paint,
  expanded: Expansion | undefined,
  related: NonNullable<Diagnostic['related']>,
  sources: Sources,
): readonly string[] {
  if (expanded === undefined) return [];
  const isShown = (span: Span) => related.some((one) => one.span.file === span.file && one.span.start === span.start);
  const values = expanded.values
    .filter(({ span }) => !isShown(span))
    .slice(0, MOST_VALUES)
    .map(({ name, text, span }) => ({ span, name: `\`$${name}\` is ${text === '' ? 'empty' : quote(text)}` }));
  const calls = expanded.calls.slice(-MOST_CALLS).map((span) => ({ span, name: 'used here' }));
  return [...values, ...calls].flatMap(({ span, name }) => printPlace(paint, span, sources, { name, around: 0 }));
}

function printExcerpt(paint: Paint, rows: readonly ExcerptRow[]): readonly string[] {
  const width = Math.max(3, ...rows.map(({ number }) => String(number ?? '').length));
  return rows.map(({ number, text, kind }) => {
    const gutter = paint('faint', `  ${String(number ?? '').padStart(width)} |`);
    if (text === '') return gutter;
    return `${gutter} ${kind === 'caret' ? paint('bad', text) : kind === 'around' ? paint('faint', text) : text}`;
  });
}

function printOutput(paint: Paint, { output, outputOf, code }: Diagnostic): readonly string[] {
  if (output === undefined || output.trim() === '') return [];
  const lines = output.trimEnd().split('\n');
  const who = outputOf ?? (code === 'state.syntax' ? 'YAML parser' : 'iptables');
  const left = lines.length - LINES_SHOWN;
  return [
    `  ${who} said:`,
    ...lines.slice(0, LINES_SHOWN).flatMap((line) => wrapText(`    ${clean(line)}`, WIDTH, '      ')),
    ...(left > 0 ? [paint('faint', `    (${left} more lines)`)] : []),
  ];
}

function clean(text: string): string {
  return cleanText(text, true);
}
