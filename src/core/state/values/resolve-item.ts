import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LIMITS } from '../../limits.ts';
import { findForbiddenCharacter, nameCharacter } from '../../rules/forbidden-character.ts';
import type { Budget, Scope, ValueItem } from '../as-written/value.ts';
import type { WrittenText } from '../as-written/written.ts';
import { innerSpan } from '../yaml/yaml-node.ts';
import { expandText } from './expand-text.ts';
import { splitReferences } from './references.ts';

const LONGEST_TEXT = LIMITS.valueText.most;

type Resolved = {
  readonly items: readonly ValueItem[];
  readonly isList: boolean;
  /** A mistake is reported, here or elsewhere. */
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
    return !take(budget, value.items.length)
      ? tooMuch(budget, written, value.items.length)
      : { items: value.items, isList: value.isList, isBroken: value.isBroken === true, diagnostics: [] };
  }
  const { text, diagnostics } = expandText(written, scope);
  if (text === undefined) return { items: [], isList: true, isBroken: true, diagnostics };
  const cost = 1 + text.length / 64;
  if (!take(budget, cost)) return tooMuch(budget, written, cost);
  if (text.length > LONGEST_TEXT) return failed(tooLong(written));
  return { items: [{ text, span: written.span }], isList: false, isBroken: false, diagnostics };
}

function failed(problem: Diagnostic): Resolved {
  return { items: [], isList: true, isBroken: true, diagnostics: [problem] };
}

function take(budget: Budget, cost: number): boolean {
  budget.items -= cost;
  return budget.items >= 0;
}

/** Told once: for the item with which the budget ran out. */
function tooMuch({ items }: Budget, { span }: WrittenText, cost: number): Resolved {
  if (items + cost < 0) return { items: [], isList: true, isBroken: true, diagnostics: [] };
  return failed({
    severity: 'error',
    code: 'state.too-large',
    message: 'The values of the state have more than a million items',
    span,
    hint: 'Lists in lists multiply; put long lists of addresses into an ipset.',
  });
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
