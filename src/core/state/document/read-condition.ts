import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Condition, WrittenText } from '../as-written/written.ts';
import { quote } from '../yaml/quote.ts';

const FLAG = /^(not +)?\$([a-z][a-z0-9_]*)$/;
const EQUAL = /^\$([a-z][a-z0-9_]*) *(==|!=) *([^\s$[\]=!,]+)$/;
const ONE_OF = /^\$([a-z][a-z0-9_]*) +in +\[([^[\]$]*)\]$/;

/** Reads a `when:`. There are five forms and no others: nothing in a state computes. What has no such form is kept with its problem. */
export function readCondition({ text, span }: WrittenText): Condition {
  const flag = FLAG.exec(text);
  if (flag !== null) return { span, name: flag[2] ?? '', negated: flag[1] !== undefined };
  const equal = EQUAL.exec(text);
  if (equal !== null) return { span, name: equal[1] ?? '', negated: equal[2] === '!=', oneOf: [equal[3] ?? ''] };
  const oneOf = ONE_OF.exec(text);
  if (oneOf === null) return wrongForm(text, span);
  const list = (oneOf[2] ?? '').split(',').map((one) => one.trim());
  return list.some((one) => one === '' || /\s/.test(one))
    ? wrongForm(text, span)
    : { span, name: oneOf[1] ?? '', negated: false, oneOf: list };
}

function wrongForm(text: string, span: Span): Condition {
  const problem: Diagnostic = {
    severity: 'error',
    code: 'state.when',
    message: `${quote(text)} is not a condition`,
    span,
    hint: 'Write `$flag`, `not $flag`, `$x == y`, `$x != y` or `$x in [a, b]`, with plain words for y, a and b.',
  };
  return { span, name: '', negated: false, problem };
}
