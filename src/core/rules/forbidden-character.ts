/**
 * Index of the first character that may not stand inside a word of a rule, or -1: a control character (C0, DEL, C1: terminals obey them,
 * restore text ends at them) or half a surrogate pair, which cannot be written as UTF-8.
 */
export function findForbiddenCharacter(text: string, from = 0): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 && code < 0x7f) continue;
    if (code < 0xa0) return at;
    if (code < 0xd800 || code > 0xdfff) continue;
    const next = text.charCodeAt(at + 1);
    if (code > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return at;
    at += 1;
  }
  return -1;
}

/** What stands at the index, for a message: never the character itself. */
export function nameCharacter(text: string, at: number): string {
  const code = text.charCodeAt(at);
  return NAMES.get(code) ?? `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

const NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'a NUL character'],
  [9, 'a tab'],
  [10, 'a line feed'],
  [13, 'a carriage return'],
  [27, 'an escape character'],
]);

/** Length in bytes of UTF-8, which is what iptables counts. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    if (code >= 0xd800 && code < 0xdc00) at += 1;
    // Two bytes up to U+07FF, else three; a surrogate pair is two units and four bytes.
    bytes += code < 0x800 ? 1 : 2;
  }
  return bytes;
}
