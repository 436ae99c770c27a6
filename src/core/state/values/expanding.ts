import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import type { Templates } from '../as-written/template.ts';
import type { Budget, Scope } from '../as-written/value.ts';
import type { Condition, DocumentHead } from '../as-written/written.ts';
import { holds } from './judge-condition.ts';

/** What documents can use besides themselves. The budget is that of the whole state. */
export type Library = { readonly templates: Templates; readonly overrides: Scope; readonly budget: Budget };

/** One document that is being written out. */
export type Expanding = {
  readonly head: DocumentHead;
  readonly library: Library;
  readonly diagnostics: Diagnostic[];
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

export function isWanted({ diagnostics }: Expanding, when: Condition | undefined, place: Place): boolean {
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
