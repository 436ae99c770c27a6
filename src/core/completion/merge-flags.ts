import type { CommandEntry, Offer } from './types.ts';

/** One way in which a value is completed, and the flags for which it is: as `COMMAND FLAG`, or as `* FLAG` where all commands agree. */
type FlagCase = { readonly keys: readonly string[]; readonly offer: Offer };

/** The flags that take a value, by what they offer: a table as small as can be, since every shell reads it anew. */
export function mergeFlags(commands: readonly CommandEntry[]): readonly FlagCase[] {
  const known = new Map<string, Map<string, Offer | undefined>>();
  for (const { id, flags } of commands) {
    for (const { name, char, value } of flags) {
      for (const word of [`--${name}`, ...(char === undefined ? [] : [`-${char}`])]) {
        const uses = known.get(word) ?? new Map<string, Offer | undefined>();
        known.set(word, uses.set(id, value));
      }
    }
  }
  const cases = new Map<string, { keys: string[]; offer: Offer }>();
  for (const [word, uses] of known) {
    const agree = new Set([...uses.values()].map((offer) => JSON.stringify(offer))).size === 1;
    for (const [id, offer] of agree ? [['*', [...uses.values()][0]] as const] : uses) {
      if (offer === undefined) continue;
      const text = JSON.stringify(offer);
      const one = cases.get(text) ?? { keys: [], offer };
      one.keys.push(`${id} ${word}`);
      cases.set(text, one);
    }
  }
  return [...cases.values()];
}
