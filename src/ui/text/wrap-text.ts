import { displayWidth } from './display-width.ts';

/** Up to the next blank, where a word of a shell in quotes, as `shellWord` prints it, is one: half of it is no command. */
const WORD = / *(?:(?<![^ =])\$'(?:[^'\\]|\\.)*'|(?<![^ =$])'[^']*'(?:\\''[^']*')*(?![^ .,;:)])|[^ ])+/g;

/** Breaks a sentence of our own at blanks; later lines are indented. Rules never go through here: they must copy as one line. */
export function wrapText(text: string, width: number, indent: string): readonly string[] {
  return wrapParts(text.match(WORD) ?? [], width, indent);
}

/** Breaks after commas and full stops only, so that a number stays with what it counts. */
export function wrapClauses(text: string, width: number, indent: string): readonly string[] {
  return wrapParts(text.split(/(?<=[,.])(?= )/), width, indent);
}

function wrapParts(parts: readonly string[], width: number, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    if (line !== '' && displayWidth(line + part) > width) {
      lines.push(line);
      line = indent + part.trimStart();
    } else line += part;
  }
  return line === '' ? lines : [...lines, line];
}
