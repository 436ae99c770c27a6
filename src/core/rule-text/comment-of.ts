import { lexRule } from './lex.ts';

/** The first comment of a rule as iptables-save prints it. Undefined for a rule without one. */
export function commentOf(text: string): string | undefined {
  if (!text.includes('--comment ')) return undefined;
  const { words } = lexRule(text);
  const at = words.findIndex(
    ({ value, quoted }, index) =>
      value === '--comment' && !quoted && words[index - 1]?.value === 'comment' && words[index - 2]?.value === '-m',
  );
  return at < 0 ? undefined : words[at + 1]?.value;
}
