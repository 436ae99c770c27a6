import { diffTexts } from '../../core/text/text-diff.ts';
import { cleanText } from '../text/clean-text.ts';
import { painter } from '../text/theme.ts';

/** A file's change as a unified diff, ready for a terminal. */
export function printTextDiff(
  file: { readonly path: string; readonly before: string; readonly after: string },
  options: { readonly colour: boolean },
): readonly string[] {
  const paint = painter(options.colour);
  const clean = (text: string) => cleanText(text, true);
  return [
    `--- ${clean(file.path)}`,
    `+++ ${clean(file.path)}`,
    ...diffTexts(file.before, file.after).flatMap(({ head, lines }) => [
      paint('faint', head),
      ...lines.map((line) => {
        const text = `${line.slice(0, 1)}${clean(line.slice(1))}`;
        return line.startsWith('+') ? paint('good', text) : line.startsWith('-') ? paint('bad', text) : text;
      }),
    ]),
  ];
}
