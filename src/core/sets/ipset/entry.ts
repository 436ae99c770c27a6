/** What identifies an entry in its set. */
export function elementOf(entry: string): string {
  const blank = entry.indexOf(' ');
  return blank < 0 ? entry : entry.slice(0, blank);
}
