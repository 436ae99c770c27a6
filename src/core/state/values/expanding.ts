import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import type { Templates } from '../as-written/template.ts';
import type { Budget, Scope, Value } from '../as-written/value.ts';
import type { Condition, DocumentHead, ReadTest } from '../as-written/written.ts';
import { quote } from '../yaml/quote.ts';
import { unknownValue } from './references.ts';

/** What documents can use besides themselves. The budget is that of the whole state. */
export type Library = { readonly templates: Templates; readonly overrides: Scope; readonly budget: Budget };

/** One document that is being written out. */
export type Expanding = {
  readonly head: DocumentHead;
  readonly library: Library;
  readonly diagnostics: Diagnostic[];
  /** What templates bring with their rules. */
  readonly tests: ReadTest[];
};

/** Where something is written: in the document, or in a template that it uses. */
export type Place = {
  readonly scope: Scope;
  /** Uses that led here, innermost first. */
  readonly calls: readonly Span[];
  /** Names of the templates that led here, outermost first. */
  readonly open: readonly string[];
};

export function spanAt(span: Span, { calls }: Place): Span {
  return calls.length === 0 ? span : { ...span, expanded: { calls, values: [] } };
}

export function isWanted(
  { diagnostics }: Pick<Expanding, 'diagnostics'>,
  when: Condition | undefined,
  place: Place,
): boolean {
  if (when === undefined) return true;
  const { problem } = when;
  const span = spanAt(when.span, place);
  const judged = holds(
    { ...when, span, ...(problem === undefined ? {} : { problem: { ...problem, span } }) },
    place.scope,
  );
  diagnostics.push(...judged.diagnostics);
  return judged.holds;
}

/** Takes something out of the budget of the state; false when nothing is left of it, which is reported once. */
export function takeFrom(
  { library: { budget }, diagnostics }: Expanding,
  what: 'rules' | 'uses',
  count: number,
  span: Span,
): boolean {
  if (budget.rules < 0 || budget.uses < 0) return false;
  budget[what] -= count;
  if (budget[what] >= 0) return true;
  diagnostics.push({ severity: 'error', code: 'state.too-large', span, ...TOO_MUCH[what] });
  return false;
}

const TOO_MUCH = {
  rules: {
    message: `The templates and lists of the state make more than ${LIMITS.rules.most} rules`,
    hint: 'Put long lists of addresses into an ipset, and name it in one rule.',
  },
  uses: {
    message: `The state uses templates more than ${LIMITS.templateUses.most} times`,
    hint: 'Templates that use others many times multiply: use a list where each use differs in one value only.',
  },
};

/** Whether a `when:` holds; no condition holds. One that cannot be judged does not hold, and is a diagnostic. */
function holds(
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
