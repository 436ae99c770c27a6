import { byteLength } from './forbidden-character.ts';
import { lexRule } from './lex.ts';
import type { Backend } from './types.ts';

/** Bytes that iptables 1.8.9 keeps of a text; it cuts the rest off without a word. */
const KEPT: readonly {
  readonly option: string;
  readonly shortest: string;
  readonly bytes: Readonly<Record<Backend, number>>;
}[] = [
  { option: '--comment', shortest: '--com', bytes: { nft: 255, legacy: 255 } },
  { option: '--log-prefix', shortest: '--log-p', bytes: { nft: 29, legacy: 29 } },
  { option: '--nflog-prefix', shortest: '--nflog-p', bytes: { nft: 127, legacy: 63 } },
];

const MAYBE = /--(?:com|(?:nf)?log-p)/;

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
    const kept = limit?.bytes[backend] ?? Number.POSITIVE_INFINITY;
    if (limit !== undefined && byteLength(text) > kept) return { option: limit.option, bytes: byteLength(text), kept };
  }
  return undefined;
}
