import type { ScaffoldSummary } from './types.ts';

/** What a user typed who was shown a numbered list: a name, its number, or nothing of the list. */
export function pickKind(kinds: readonly ScaffoldSummary[], typed: string): string | undefined {
  const word = typed.trim();
  return kinds.find(({ name }, at) => name === word || String(at + 1) === word)?.name;
}
