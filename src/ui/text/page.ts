import { cleanText } from './clean-text.ts';
import { displayWidth } from './display-width.ts';
import { type Paint, painter } from './theme.ts';

export type PageOptions = { readonly width: number; readonly colour: boolean; readonly unicode: boolean };

/** What every printer of rows needs: where the edge is, how to colour, and how to make text of others harmless. */
export type Page = {
  readonly width: number;
  /** Room for position columns and for what stands at the right. */
  readonly wide: boolean;
  readonly paint: Paint;
  readonly clean: (text: string) => string;
};

const NARROW = 70;
// Less than this between a rule and what stands at the right reads as one text.
const GAP = 3;
// Remarks stand no further right where they can help it: on a very wide window the eye would lose their row.
const REMARK_EDGE = 120;

export function pageOf(options: PageOptions): Page {
  const { width, colour, unicode } = options;
  return { width, wide: width >= NARROW, paint: painter(colour), clean: (text) => cleanText(text, unicode) };
}

/**
 * A line with remarks: at the right edge where they fit, else below at `indent`, together or one a line.
 * `plain` is the line without colour, `painted` the same with it; remarks are cleaned, not yet coloured.
 */
export function withRemarks(
  page: Page,
  line: { readonly plain: string; readonly painted: string },
  remarks: readonly string[],
  indent: number,
): readonly string[] {
  const output = remarks.join(' '.repeat(GAP));
  if (output === '') return [line.painted];
  const used = displayWidth(line.plain);
  const edge = used + GAP + displayWidth(output) <= REMARK_EDGE ? Math.min(page.width, REMARK_EDGE) : page.width;
  const room = edge - displayWidth(output);
  if (page.wide && used + GAP <= room) return [line.painted + ' '.repeat(room - used) + page.paint('faint', output)];
  const below = room >= indent ? [output] : remarks;
  return [line.painted, ...below.map((remark) => ' '.repeat(indent) + page.paint('faint', remark))];
}
