import { findForbiddenCharacter } from '../../rules/forbidden-character.ts';

const LONGEST = 60;

/** Something a person wrote, for use inside a message: in backticks, shortened, control characters spelt out. */
export function quote(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}...` : text;
  return `\`${findForbiddenCharacter(short) < 0 ? short : short.replace(/[\p{Cc}\p{Cs}]/gu, spell)}\``;
}

function spell(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
