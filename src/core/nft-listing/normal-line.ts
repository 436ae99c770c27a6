import type { Family } from '../rules/types.ts';

/**
 * What nft prints for the match `connlimit`, or `xt match connlimit`, by chance: libxtables 1.8.9 reads memory there that is not set. The number
 * counts the rules of the whole listing, and the set does not exist.
 */
const CONNLIMIT = /\badd @(connlimit\d+) \{ ip6? [sd]addr(?: and [0-9a-f.:]+)? ct count (?:over )?\d+ \}/g;
const CONNLIMIT_NAME = 'xt match connlimit';

/**
 * The questions that iptables itself writes, each of one value, by their places in the line: iptables 1.8.9 asks for interfaces and the protocol before
 * addresses, 1.8.11 after them. Sets, ranges and maps, which it never writes, are none of these.
 */
const VALUE = {
  saddr: /^ip6? saddr (?:& [0-9a-f.:]+ )?(?:[!=]= )?[0-9a-f.:]+(?:\/\d+)? /,
  daddr: /^ip6? daddr (?:& [0-9a-f.:]+ )?(?:[!=]= )?[0-9a-f.:]+(?:\/\d+)? /,
  iifname: /^iifname (?:!= )?"[^"]*" /,
  oifname: /^oifname (?:!= )?"[^"]*" /,
  protocol: /^(?:meta l4proto|ip protocol) (?:!= )?\d+ /,
} as const;
type Question = keyof typeof VALUE;
const QUESTIONS = Object.keys(VALUE) as readonly Question[];

/**
 * One form for the lines of a chain that nft prints for the same rule in several ways. `sets` are the blocks of the table so far: a rule that uses
 * a real set keeps its line, and the set is found as well.
 */
export function normalLine(line: string, family: Family, sets: { readonly has: (block: string) => boolean }): string {
  const named = line.replaceAll('xt match "connlimit"', CONNLIMIT_NAME);
  const counted = named.replace(CONNLIMIT, (words, set: string) => (sets.has(`set ${set}`) ? words : CONNLIMIT_NAME));
  return inOrder(counted, family);
}

/** The questions at the begin of a line in one order. A line that asks one of them twice is none of iptables and stays. */
function inOrder(line: string, family: Family): string {
  const found = new Map<Question, string>();
  let rest = line;
  for (;;) {
    const question = QUESTIONS.find((each) => VALUE[each].test(rest));
    if (question === undefined) break;
    if (found.has(question)) return line;
    const [words = ''] = VALUE[question].exec(rest) ?? [];
    found.set(question, words);
    rest = rest.slice(words.length);
  }
  if (found.size === 0) return line;
  const protocol = found.get('protocol');
  // One number, the same in both: 1.8.9 asks `meta l4proto` for it in IPv4, 1.8.11 `ip protocol`. In IPv6 they are two questions.
  if (protocol !== undefined && family === 'ipv4')
    found.set('protocol', protocol.replace('meta l4proto', 'ip protocol'));
  return QUESTIONS.map((question) => found.get(question) ?? '').join('') + rest;
}
