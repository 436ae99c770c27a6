import type { Diagnostic } from '../diagnostic.ts';
import { findForbiddenCharacter, nameCharacter } from '../ruleset/forbidden-character.ts';
import { expandText } from './expand-text.ts';
import { innerSpan } from './inner-span.ts';
import { splitReferences } from './references.ts';
import type { Budget, Scope, ValueItem } from './value.ts';
import type { WrittenText } from './written.ts';

/** UTF-16 units: more than any rule can hold. */
const LONGEST_TEXT = 10_000;

type Resolved = {
  readonly items: readonly ValueItem[];
  readonly isList: boolean;
  /** A mistake is told, here or elsewhere. */
  readonly isBroken: boolean;
  readonly diagnostics: readonly Diagnostic[];
};

/** One item of a value: one text, or, where a reference is all of it, what that stands for. */
export function resolveItem(written: WrittenText, scope: Scope, budget: Budget): Resolved {
  const forbidden = findForbiddenCharacter(written.text);
  if (forbidden >= 0) {
    const message = `The value contains ${nameCharacter(written.text, forbidden)}`;
    return failed({
      severity: 'error',
      code: 'state.control-character',
      message,
      span: innerSpan(written, forbidden, forbidden + 1),
      hint: 'A value is one line of ordinary text.',
    });
  }
  const [piece, ...more] = splitReferences(written.text);
  const isWhole = typeof piece === 'object' && more.length === 0;
  const value = isWhole ? scope.get(piece.name ?? '') : undefined;
  if (value !== undefined) {
    budget.items -= value.items.length;
    return budget.items < 0
      ? failed(tooMuch(written))
      : { items: value.items, isList: value.isList, isBroken: value.isBroken === true, diagnostics: [] };
  }
  const { text, diagnostics } = expandText(written, scope);
  if (text === undefined) return { items: [], isList: true, isBroken: true, diagnostics };
  budget.items -= 1 + text.length / 64;
  if (budget.items < 0) return failed(tooMuch(written));
  if (text.length > LONGEST_TEXT) return failed(tooLong(written));
  return { items: [{ text, span: written.span }], isList: false, isBroken: false, diagnostics };
}

function failed(problem: Diagnostic): Resolved {
  return { items: [], isList: true, isBroken: true, diagnostics: [problem] };
}

function tooMuch({ span }: WrittenText): Diagnostic {
  return {
    severity: 'error',
    code: 'state.too-large',
    message: 'The values of the state have more than a million items',
    span,
    hint: 'Lists in lists multiply; put long lists of addresses into an ipset.',
  };
}

function tooLong({ span }: WrittenText): Diagnostic {
  return {
    severity: 'error',
    code: 'state.too-large',
    message: `The value is longer than ${LONGEST_TEXT} characters`,
    span,
    hint: 'No rule can hold that much.',
  };
}
