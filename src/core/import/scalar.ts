/** What YAML would read as something else than the text of a rule when it stands without quotes in a block sequence. */
const RISKY = /^[!&*?|>@%"'#{}[\],`]|^- |^$|: | #|:$|\s$|^\s|^---|^[~]$/;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** A text as a YAML scalar: plain where YAML reads the same text back, else in double quotes. */
export function printScalar(text: string): string {
  return RISKY.test(text) || !PRINTABLE.test(text) ? JSON.stringify(text) : text;
}
