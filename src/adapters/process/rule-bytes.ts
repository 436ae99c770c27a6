/** U+DC80 to U+DCFF alone stand for the bytes 0x80 to 0xff that are not UTF-8; nothing that is UTF-8 decodes to them. */
const ESCAPE = 0xdc00;

/** Second halves, alone or not: a test that costs nothing for text in ASCII. */
const HALF = /[\udc00-\udfff]/;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What a program printed, as text without loss. A comment in the kernel may hold any bytes, such as Latin-1 of an old script; were they
 * replaced, a rollback would write another comment. Each byte that is not UTF-8 becomes half a surrogate pair, which no
 * desired rule can hold, which screens escape, and which `encodeRules` turns back.
 */
export function decodeRules(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeEscaping(bytes);
  }
}

/** The reverse of `decodeRules`. */
export function encodeRules(text: string): string | Uint8Array {
  return HALF.test(text) ? Buffer.concat(pieces(text)) : text;
}

/** By lines, since only few of them are odd. */
function decodeEscaping(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    parts.push(decodeLine(bytes.subarray(start, end)));
    start = end;
  }
  return parts.join('');
}

function decodeLine(line: Uint8Array): string {
  try {
    return strict.decode(line);
  } catch {
    let text = '';
    for (let at = 0; at < line.length; ) {
      const character = decodeCharacter(line, at);
      text += character?.text ?? String.fromCharCode(ESCAPE + (line[at] ?? 0));
      at += character?.size ?? 1;
    }
    return text;
  }
}

function decodeCharacter(line: Uint8Array, at: number): { readonly text: string; readonly size: number } | undefined {
  const first = line[at] ?? 0;
  const size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  try {
    return { text: strict.decode(line.subarray(at, at + size)), size };
  } catch {
    return undefined;
  }
}

function pieces(text: string): Uint8Array[] {
  const found: Uint8Array[] = [];
  let from = 0;
  for (const { index, 0: half } of text.matchAll(/\p{Cs}/gu)) {
    const byte = half.charCodeAt(0) - ESCAPE;
    if (byte < 0x80 || byte > 0xff) throw new Error('half a surrogate pair that stands for no byte');
    found.push(Buffer.from(text.slice(from, index)), Uint8Array.of(byte));
    from = index + 1;
  }
  found.push(Buffer.from(text.slice(from)));
  return found;
}
