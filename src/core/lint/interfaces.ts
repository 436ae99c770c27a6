import type { DesiredChain, DesiredRule } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Sources } from '../diagnostics/span.ts';
import { optionRow } from '../extensions/options.ts';
import { lexRule } from '../rule-text/lex.ts';
import { TEXT_OPTIONS } from '../state/rule/rule-options.ts';
import { placeWord } from './place-word.ts';
import type { Reach } from './reach.ts';

/** Where packets have come from no interface, and where the one by which they leave is not decided yet. */
const WITHOUT = {
  '-i': { chains: new Set(['OUTPUT', 'POSTROUTING']), why: 'come from no interface', other: '-o' },
  '-o': { chains: new Set(['INPUT', 'PREROUTING']), why: 'do not leave by an interface', other: '-i' },
} as const;

type Option = keyof typeof WITHOUT;

/** Every spelling of each option, however short the beginning of its name. */
const SPELT = { '-i': spellingsOf('-i'), '-o': spellingsOf('-o') } as const;
const WHOLE = { '-i': new RegExp(`^${SPELT['-i']}$`), '-o': new RegExp(`^${SPELT['-o']}$`) } as const;
const NAMED = { '-i': new RegExp(`(?:^| )${SPELT['-i']} `), '-o': new RegExp(`(?:^| )${SPELT['-o']} `) } as const;
const ALIAS = new RegExp(`(?:^| )(?:${SPELT['-i']}|${SPELT['-o']}) \\S*[:/]`);

function spellingsOf(option: Option): string {
  return `(?:${option}|${optionRow(option)?.shortest ?? option}[a-z]*)`;
}

type Found = { readonly option: Option; readonly word: string; readonly name: string; readonly negated: boolean };

/**
 * Interfaces that a chain cannot see. iptables refuses them in the built-in chain and looks no further, so in a chain that only such a built-in chain
 * leads to they slip through and never match.
 */
export function checkInterfaces(
  chain: DesiredChain,
  reach: Reach | undefined,
  isBuiltin: (name: string) => boolean,
  sources: Sources,
): readonly Diagnostic[] {
  const blind = (['-i', '-o'] as const).filter((option) => isBlind(option, reach));
  // Of a chain with thousands of rules few words are looked at.
  const looks = [ALIAS, ...blind.map((option) => NAMED[option])];
  const candidates = chain.rules.filter(({ text }) => looks.some((look) => look.test(text)));
  return candidates.flatMap((rule) => {
    return interfacesOf(rule.text).flatMap((found) => {
      if (blind.includes(found.option)) return [invisible(chain, rule, found, reach, isBuiltin, sources)];
      return /[:/]/.test(found.name) ? [alias(rule, found, sources)] : [];
    });
  });
}

function isBlind(option: Option, reach: Reach | undefined): boolean {
  if (reach === undefined || reach.isOpen || reach.hooks.size === 0) return false;
  return [...reach.hooks].every((hook) => WITHOUT[option].chains.has(hook as never));
}

function interfacesOf(text: string): readonly Found[] {
  const words = lexRule(text).words.map(({ value }) => value);
  const found: Found[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const option = WHOLE['-i'].test(word) ? '-i' : WHOLE['-o'].test(word) ? '-o' : undefined;
    const name = words[at + 1];
    if (option !== undefined && name !== undefined) found.push({ option, word, name, negated: words[at - 1] === '!' });
    if (option !== undefined || TEXT_OPTIONS.has(word)) at += 1;
  }
  return found;
}

function invisible(
  chain: DesiredChain,
  rule: DesiredRule,
  { option, word, name, negated }: Found,
  reach: Reach | undefined,
  isBuiltin: (name: string) => boolean,
  sources: Sources,
): Diagnostic {
  const { why, other } = WITHOUT[option];
  const hooks = [...(reach?.hooks ?? [])].join(' and ');
  const isHook = isBuiltin(chain.declared);
  const matches = negated ? `always matches` : 'never matches';
  const where = isHook ? `in ${chain.declared}` : `in chain ${chain.declared}, to which only ${hooks} leads`;
  return {
    // A negated one is refused by iptables in the chain itself, but takes nothing away from what the rule does elsewhere.
    severity: isHook && !negated ? 'error' : 'warning',
    code: isHook ? 'state.interface' : 'state.never-matches',
    message: `\`${word} ${name}\` ${matches} ${where}: packets ${isHook ? 'there' : `of ${hooks}`} ${why}`,
    span: placeWord(rule.span, `${word} ${name}`, sources),
    hint: `Match by ${other}, or leave it out${isHook ? `: iptables refuses ${option} in ${chain.declared} too` : ''}.`,
  };
}

function alias(rule: DesiredRule, { word, name, negated }: Found, sources: Sources): Diagnostic {
  const real = name.split(/[:/]/)[0] ?? '';
  return {
    severity: 'warning',
    code: 'state.never-matches',
    message: `\`${word} ${name}\` ${negated ? 'always' : 'never'} matches: the kernel has no interface of that name`,
    span: placeWord(rule.span, `${word} ${name}`, sources),
    hint: `An alias such as eth0:1 is an address of its interface: write \`${word} ${real}\`, and the address with -d or -s.`,
  };
}
