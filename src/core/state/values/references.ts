/** `$name` or `${name}` inside a text; without a name where a dollar stands alone. Offsets are into the text. */
export type Reference = { readonly name: string | undefined; readonly start: number; readonly end: number };

/** `$$`, `${name}`, `$name`, or a lone dollar. */
const REFERENCE = /\$(?:(\$)|\{([^}]*)\}|([A-Za-z_]\w*))?/g;

/** Cuts a text into what stands for itself (`$$` as one dollar) and references. */
export function splitReferences(text: string): readonly (string | Reference)[] {
  if (!text.includes('$')) return [text];
  const pieces: (string | Reference)[] = [];
  let plain = '';
  let at = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [all, dollar, braced, bare] = match;
    plain += text.slice(at, match.index);
    at = match.index + all.length;
    if (dollar !== undefined) {
      plain += '$';
      continue;
    }
    if (plain !== '') pieces.push(plain);
    plain = '';
    pieces.push({ name: braced ?? bare, start: match.index, end: at });
  }
  plain += text.slice(at);
  if (plain !== '') pieces.push(plain);
  return pieces;
}
