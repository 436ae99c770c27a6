import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { findForbiddenCharacter, nameCharacter } from '../../rules/forbidden-character.ts';
import type { Value, ValueItem } from '../as-written/value.ts';

/** A value from the command line; `start` is where its text begins in `file`. Nothing in it refers to anything. */
export type Var = { readonly name: string; readonly value: Value };

/**
 * Reads `name=text` or `name=[text, text]`. `file` is what spans name, and `at` where the text begins in it. A problem is in words for
 * a user at a command line.
 */
export function parseVar(text: string, file: string, at: number): Var | { readonly problem: string } {
  const [, name, rest] = /^([a-z][a-z0-9_]{0,62})=(.*)$/s.exec(text) ?? [];
  if (name === undefined || rest === undefined) {
    return { problem: 'write NAME=TEXT or NAME=[TEXT,TEXT], with a name of a-z, 0-9 and _ that begins with a letter' };
  }
  const forbidden = findForbiddenCharacter(rest);
  if (forbidden >= 0) return { problem: `the value of ${name} contains ${nameCharacter(rest, forbidden)}` };
  const start = at + name.length + 1;
  const span = { file, start: at, end: at + text.length };
  if (!rest.startsWith('[') || !rest.endsWith(']') || rest.length < 2) {
    const item = { text: rest, span: { file, start, end: at + text.length } };
    return { name, value: { isList: false, items: [item], span } };
  }
  const inside = rest.slice(1, -1);
  const items = inside.trim() === '' ? [] : cutList(inside, file, start + 1);
  if (items.some((item) => item.text === '')) return { problem: `the list of ${name} has an empty item` };
  return { name, value: { isList: true, items, span } };
}

function cutList(text: string, file: string, from: number): readonly ValueItem[] {
  let at = from;
  return text.split(',').map((part) => {
    const trimmed = part.trim();
    const start = at + part.indexOf(trimmed);
    at += part.length + 1;
    return { text: trimmed, span: { file, start, end: start + trimmed.length } };
  });
}

/** A name that is neither defined nor referred to anywhere is most likely misspelt. */
export function unusedVar(
  name: string,
  value: Value,
  near: string | undefined,
  severity: Diagnostic['severity'],
): Diagnostic {
  return {
    severity,
    code: 'state.unknown-value',
    message: `The state uses no value named \`${name}\``,
    span: value.span,
    hint: near === undefined ? 'Remove it.' : `Did you mean \`${near}\`?`,
  };
}
