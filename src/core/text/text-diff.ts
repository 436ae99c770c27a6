import { structuredPatch } from 'diff';

type TextHunk = { readonly head: string; readonly lines: readonly string[] };

/** A unified diff of two texts, hunk by hunk; lines begin with their sign. */
export function diffTexts(before: string, after: string): readonly TextHunk[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: 2 });
  return hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
    head: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    lines,
  }));
}
