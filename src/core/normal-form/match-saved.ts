import { lexRule } from '../rule-text/lex.ts';
import { countSplit, mayHaveAddressList } from '../rule-text/split-addresses.ts';

/**
 * Which saved rules of a chain come from which written rule. iptables makes one of each, or one for each pair of addresses of its lists,
 * in this order. Undefined when there are more than that: a host name stands for all its addresses, and only the resolver knows how many.
 */
export function matchSaved(
  written: readonly string[],
  saved: readonly string[],
): readonly (readonly string[])[] | undefined {
  if (saved.length === written.length) return saved.map((text) => [text]);
  const counts = written.map((text) =>
    mayHaveAddressList(text) ? countSplit(lexRule(text).words.map(({ value }) => value)) : 1,
  );
  let end = 0;
  const parts = counts.map((count) => {
    end += count;
    return saved.slice(end - count, end);
  });
  return end === saved.length ? parts : undefined;
}
