import type { Markup } from './markup.ts';

/** The bytes that a page may still have. What does not fit is not cut: it is left out, counted, and named at the top of the page. */
export type Room = {
  /** False where the parts do not fit; nothing of them is taken then. */
  readonly take: (parts: readonly Markup[]) => boolean;
  /** As many items as fit, from the first on; with how many are left. */
  readonly fill: <T>(
    items: readonly T[],
    print: (item: T) => Markup,
  ) => { readonly parts: readonly Markup[]; readonly left: number };
};

export function openRoom(most: number): Room {
  let room = most;
  const take = (parts: readonly Markup[]): boolean => {
    const size = parts.reduce((sum, { markup }) => sum + Buffer.byteLength(markup), 0);
    if (size > room) return false;
    room -= size;
    return true;
  };
  return {
    take,
    fill: (items, print) => {
      const parts: Markup[] = [];
      for (const item of items) {
        const part = print(item);
        if (!take([part])) break;
        parts.push(part);
      }
      return { parts, left: items.length - parts.length };
    },
  };
}
