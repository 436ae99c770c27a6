import { cleanText } from '../../text/clean-text.ts';

/** Text of others inside a code fence of three backticks, as a part of a line: it can neither end the line nor the fence. */
export function fenced(text: string): string {
  return cleanText(text, true).replace(/`{3,}/g, (ticks) => '\\x60'.repeat(ticks.length));
}

/**
 * Text of others as an inline code span, which is the only place where names are safe: no markup, no HTML, no mention, no link and no
 * reference is read in it. Backticks would end it and bars would end a cell of a table, so both are escapes.
 */
export function code(text: string, most = Number.POSITIVE_INFINITY): string {
  const clean = cleanText(text, true).replaceAll('`', '\\x60').replaceAll('|', '\\x7c').trim();
  const characters = [...clean];
  if (characters.length > most) return `\`${characters.slice(0, most).join('')}...\``;
  return clean === '' ? '`-`' : `\`${clean}\``;
}

/** A sentence of fw's own as it is; one that holds anything else becomes code. */
export function words(text: string): string {
  return /^[\w ,.()%:;'-]*$/.test(text) && !text.includes('_') ? text : code(text);
}

/** Text of others between HTML tags, in `<code>`, where a mention is none either. */
export function htmlCode(text: string): string {
  const escaped = cleanText(text, true).replace(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0)};`);
  return `<code>${escaped}</code>`;
}

export function bytes(text: string): number {
  return Buffer.byteLength(text);
}
