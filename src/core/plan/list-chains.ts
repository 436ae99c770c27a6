/** Chains named in a sentence. */
export function listChains(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `${names.length === 1 ? 'chain' : 'chains'} ${shown}${more}`;
}
