// Everything outside printable ASCII is looked at closely; most text never gets that far.
const PLAIN = /^[\x20-\x7e]*$/;
// Controls, format characters (bidi overrides, zero width, tags), lone surrogates, unassigned and private code points, odd blanks.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u;

/**
 * Text of others (rules, names, comments, file contents, words of other programs) made harmless for a terminal: whatever
 * could move the cursor, hide or reorder text is shown as an escape such as `\x1b` or `\u{202e}`. With `unicode` false all
 * that is not ASCII is escaped, since a terminal of another encoding may read its bytes as controls.
 */
export function cleanText(text: string, unicode: boolean): string {
  if (PLAIN.test(text)) return text;
  let clean = '';
  for (const character of text) clean += isHarmless(character, unicode) ? character : escapeOf(character);
  return clean;
}

function isHarmless(character: string, unicode: boolean): boolean {
  if (character >= ' ' && character <= '~') return true;
  return unicode && !UNSAFE.test(character);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`;
}
