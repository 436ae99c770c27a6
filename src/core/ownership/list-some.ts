const MOST = 5;

/** The first five, and how many more there are. */
export function listSome(lines: readonly string[], more = 'more'): readonly string[] {
  const left = lines.length - MOST;
  return left > 0 ? [...lines.slice(0, MOST), `and ${left} ${more}`] : lines;
}
