import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Scope, Value } from '../as-written/value.ts';
import type { Condition } from '../as-written/written.ts';
import { quote } from '../yaml/quote.ts';
import { unknownValue } from './unknown-value.ts';

/** Whether a `when:` holds; no condition holds. One that cannot be judged does not hold, and is a diagnostic. */
export function holds(
  condition: Condition | undefined,
  scope: Scope,
): { readonly holds: boolean; readonly diagnostics: readonly Diagnostic[] } {
  if (condition === undefined) return { holds: true, diagnostics: [] };
  const { name, span, oneOf, negated, problem } = condition;
  if (problem !== undefined) return { holds: false, diagnostics: [problem] };
  const value = scope.get(name);
  if (value === undefined) return { holds: false, diagnostics: [unknownValue(name, span, scope)] };
  const is = oneOf === undefined ? flagOf(value) : isOneOf(value, oneOf);
  return is === undefined
    ? { holds: false, diagnostics: [notJudged(condition, value, span)] }
    : { holds: is !== negated, diagnostics: [] };
}

/** A list is true when it holds something. */
function flagOf({ isList, items: [first] }: Value): boolean | undefined {
  if (isList) return first !== undefined;
  return first?.text === 'true' ? true : first?.text === 'false' ? false : undefined;
}

/** What was not given equals nothing. */
function isOneOf({ isList, items: [first] }: Value, texts: readonly string[]): boolean | undefined {
  if (first === undefined) return false;
  return isList ? undefined : texts.includes(first.text);
}

function notJudged({ name, oneOf }: Condition, value: Value, span: Span): Diagnostic {
  const what = value.isList ? 'a list' : quote(value.items[0]?.text ?? '');
  return {
    severity: 'error',
    code: 'state.when',
    message: `\`$${name}\` is ${what}, which ${oneOf === undefined ? 'is neither true nor false' : 'cannot be compared with a text'}`,
    span,
    related: [{ message: 'the value', span: value.span }],
    hint:
      oneOf === undefined
        ? `Write \`true\` or \`false\`, or compare: \`$${name} == ...\`.`
        : `\`when: $${name}\` asks whether the list holds anything.`,
  };
}
