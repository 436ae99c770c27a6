/** Letters and signs that no shell reads as anything else, and no option begins with. */
const PLAIN = /^[\w./:@%+=,][\w./:@%+=,-]*$/;
// Controls, format characters (bidi overrides, zero width), lone surrogates, odd blanks: a terminal obeys or hides them.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u;

/**
 * A text as one word of bash, zsh, ksh and busybox, to be pasted from a terminal. What a terminal would not show as it is stands as the bytes of its
 * UTF-8 in `$'...'`, which these shells turn back.
 */
export function shellWord(text: string): string {
  if (PLAIN.test(text)) return text;
  const characters = [...text];
  if (characters.every(isShown)) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${characters.map((one) => (isShown(one) ? one.replace(/[\\']/, '\\$&') : bytesOf(one))).join('')}'`;
}

function isShown(character: string): boolean {
  return character === ' ' || !UNSAFE.test(character);
}

/** Three digits of eight each: a digit of the text behind them is never taken for one of theirs. */
function bytesOf(character: string): string {
  return [...new TextEncoder().encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
