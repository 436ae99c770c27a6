/**
 * Markdown without everything that stands in code: fences, inline code and `<code>`. What is left is what a reader of markdown gives a
 * meaning to. Read line by line, as CommonMark does for blocks; digits are left out, since counts differ between plans.
 */
export function markdownProse(text: string): { readonly prose: string; readonly isBalanced: boolean } {
  let fence: number | undefined;
  let depth = 0;
  const prose: string[] = [];
  for (const line of text.split('\n')) {
    const [, ticks = ''] = /^ {0,3}(`{3,})[^`]*$/.exec(line) ?? [];
    if (fence !== undefined) {
      if (ticks.length >= fence && /^ {0,3}`+\s*$/.test(line)) fence = undefined;
      continue;
    }
    if (ticks !== '') {
      fence = ticks.length;
      continue;
    }
    if (line === '<details>') depth += 1;
    if (line === '</details>') depth -= 1;
    prose.push(
      line.startsWith('<!-- fw:plan ') && line.indexOf('-->') === line.length - 3
        ? '<!-- -->'
        : cellsOf(line) + withoutCode(line),
    );
  }
  return { prose: prose.join('\n').replace(/\d+(?! cells)/g, '0'), isBalanced: fence === undefined && depth === 0 };
}

/** Cells of a table are told apart before anything else is read, also inside code. */
function cellsOf(line: string): string {
  return line.startsWith('|') ? `${line.split(/(?<!\\)\|/).length} cells ` : '';
}

/** A run of backticks is closed by the next run of the same length, or is text. */
function withoutCode(line: string): string {
  const html = line.replace(/<code>[^<]*<\/code>/g, '<code></code>');
  return html.replace(/(?<!`)(`+)(?!`)(.*?)(?<!`)\1(?!`)/g, '``');
}
