import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import type { Budget, Scope, Value } from '../as-written/value.ts';
import type { WrittenText, WrittenValue } from '../as-written/written.ts';
import { innerSpan } from '../yaml/yaml-node.ts';
import { splitReferences, unknownValue } from './references.ts';
import { resolveItem } from './resolve-item.ts';

const DEEPEST = LIMITS.valueDepth.most;

/**
 * What the names of a `values` mapping stand for, those of `outer` included, which win. Values may refer to others in any order, but not
 * in a circle.
 */
export function resolveValues(
  written: readonly WrittenValue[],
  outer: Scope,
  budget: Budget,
): { readonly scope: Scope; readonly diagnostics: readonly Diagnostic[] } {
  if (written.length === 0) return { scope: outer, diagnostics: [] };
  const scope = new Map<string, Value>(outer);
  const named = new Map(written.map((value) => [value.name, value]));
  const names: Scope = new Map(
    [...named.values()].map(({ name, span }) => [name, nothing(span)] as const).concat([...outer]),
  );
  const diagnostics: Diagnostic[] = [];
  const open: string[] = [];
  /** False when the item refers to something that it cannot refer to. */
  const prepare = (item: WrittenText): boolean => {
    for (const piece of splitReferences(item.text)) {
      if (typeof piece === 'string' || scope.has(piece.name ?? '')) continue;
      const span = innerSpan(item, piece.start, piece.end);
      const other = named.get(piece.name ?? '');
      const problem =
        other === undefined
          ? unknownValue(piece.name, span, names)
          : open.includes(other.name)
            ? circle(open.slice(open.indexOf(other.name)), other, span)
            : open.length >= DEEPEST
              ? tooDeep(span)
              : undefined;
      if (problem !== undefined) {
        diagnostics.push(problem);
        return false;
      }
      if (other !== undefined) resolve(other);
    }
    return true;
  };
  const resolve = (value: WrittenValue): void => {
    if (scope.has(value.name)) return;
    open.push(value.name);
    const isGood = value.items.every(prepare);
    open.pop();
    const resolved = isGood ? value.items.map((item) => resolveItem(item, scope, budget)) : [];
    diagnostics.push(...resolved.flatMap((one) => one.diagnostics));
    const items = resolved.flatMap((one) => one.items);
    const isList = !isGood || value.isList || resolved.some((one) => one.isList);
    const isBroken = !isGood || resolved.some((one) => one.isBroken);
    scope.set(value.name, { isList, items, span: value.span, isBroken });
  };
  for (const value of written) resolve(value);
  return { scope, diagnostics };
}

function nothing(span: Span): Value {
  return { isList: true, items: [], span };
}

function circle(open: readonly string[], value: WrittenValue, span: Span): Diagnostic {
  return {
    severity: 'error',
    code: 'state.value',
    message: `Values refer to each other in a circle: ${[...open, value.name].map((name) => `\`$${name}\``).join(' -> ')}`,
    span,
    related: [{ message: 'the value', span: value.span }],
    hint: 'Write one of them out.',
  };
}

function tooDeep(span: Span): Diagnostic {
  return {
    severity: 'error',
    code: 'state.too-large',
    message: `More than ${DEEPEST} values refer to each other in a chain`,
    span,
    hint: 'Write one of them out.',
  };
}
