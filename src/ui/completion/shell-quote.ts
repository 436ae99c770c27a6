/** A text as one word of bash, zsh and every other shell of their kind. */
export function shellQuote(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A pattern of `case`: everything is taken as it is but a `*` at the beginning. */
export function casePattern(key: string): string {
  return key.startsWith('* ') ? `*${shellQuote(key.slice(1))}` : shellQuote(key);
}
