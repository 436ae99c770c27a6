/** At least and at most so many lines are a block. */
const AT_LEAST = 64;
const AT_MOST = 8192;

/** About so many rules, or entries of a set, are a block: some thirty kilobytes. */
export const RULES = 256;
export const ENTRIES = 2048;

/**
 * Cuts lines into blocks, at lines whose own text says so: a line that comes or goes changes its block and leaves the others as they are, wherever they stand. `mean` is a power of
 * two.
 */
export function cutBlocks(lines: readonly string[], mean: number): readonly (readonly string[])[] {
  const blocks: (readonly string[])[] = [];
  let start = 0;
  lines.forEach((line, index) => {
    const size = index + 1 - start;
    if (size < AT_LEAST || (size < AT_MOST && (hashOf(line) & (mean - 1)) !== 0)) return;
    blocks.push(lines.slice(start, index + 1));
    start = index + 1;
  });
  if (start < lines.length) blocks.push(lines.slice(start));
  return blocks;
}

/** FNV-1a, of 32 bits. */
function hashOf(line: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < line.length; at += 1) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
  // The low bits alone depend on the low bits of the characters alone.
  return (hash ^ (hash >>> 15)) >>> 0;
}
