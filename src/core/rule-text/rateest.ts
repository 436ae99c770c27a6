import { lexRule } from './lex.ts';

/** The estimator that a RATEEST rule makes, and what the kernel keeps with it. */
export type Rateest = { readonly name: string; readonly settings: string };

/** The RATEEST target of a rule, read from its saved text; undefined where it has another one. */
export function rateestOf(text: string): Rateest | undefined {
  if (!text.includes('-j RATEEST ')) return undefined;
  const words = lexRule(text).words.map(({ value }) => value);
  const at = words.findIndex((word, index) => word === '-j' && words[index + 1] === 'RATEEST');
  const valueAfter = (option: string) => words[words.indexOf(option, at) + 1] ?? '';
  const name = at < 0 ? '' : valueAfter('--rateest-name');
  if (name === '') return undefined;
  return { name, settings: `${valueAfter('--rateest-interval')} ${valueAfter('--rateest-ewmalog')}` };
}
