import { OPTIONS } from '../extensions/options.ts';
import { byteLength } from '../rules/forbidden-character.ts';
import type { Backend } from '../rules/types.ts';
import { lexRule } from './lex.ts';

const KEPT = OPTIONS.flatMap(({ names: [option = ''], keeps, shortest }) =>
  keeps === undefined || shortest === undefined ? [] : [{ option, keeps, shortest }],
);

const MAYBE = new RegExp(KEPT.map(({ shortest }) => shortest).join('|'));

/** The first text of a rule that would not be in the kernel as it is written, and how much of it would be. Undefined when all fits. */
export function findCutText(
  rule: string,
  backend: Backend,
): { readonly option: string; readonly bytes: number; readonly kept: number } | undefined {
  if (!MAYBE.test(rule)) return undefined;
  const words = lexRule(rule).words.map(({ value }) => value);
  for (const [at, word] of words.entries()) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const text = equals < 0 ? (words[at + 1] ?? '') : word.slice(equals + 1);
    const limit = KEPT.find(({ option, shortest }) => option.startsWith(name) && name.startsWith(shortest));
    const kept = limit?.keeps[backend] ?? Number.POSITIVE_INFINITY;
    if (limit !== undefined && byteLength(text) > kept) return { option: limit.option, bytes: byteLength(text), kept };
  }
  return undefined;
}
