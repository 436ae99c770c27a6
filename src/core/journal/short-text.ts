/** Characters of another text that the last line of a journal keeps: enough for people, and `readEnd` finds the line in one read. */
const MOST = 500;

/** A text for the journal; a longer one ends in `...`. */
export function shortText(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST)}...`;
}
