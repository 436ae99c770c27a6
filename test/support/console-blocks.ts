/** One command of a page and what the page shows of its output. */
export type ConsoleStep = { readonly line: number; readonly words: string; readonly shown: readonly string[] };

/** Files that a page has its reader write: a block whose first line is `# path`. */
export type PageFile = { readonly line: number; readonly path: string; readonly text: string };

const BLOCK = /^```(console|yaml|rules)\n([\s\S]*?)^```$|^<!-- run: (.*) -->$/gm;

/**
 * What a reader of a page does, in the order of the page: `# command` lines of console blocks, with the output below them, and files of other blocks.
 * `<!-- run: words -->` is done by the test alone: what the reader's machine has, and waiting. In output `...` alone on a line stands for any lines, and inside a line for any characters.
 */
export function readPage(page: string): readonly (ConsoleStep | PageFile)[] {
  return [...page.matchAll(BLOCK)].flatMap(
    ({ 1: kind, 2: body = '', 3: hidden, index }): readonly (ConsoleStep | PageFile)[] => {
      const first = page.slice(0, index).split('\n').length + 1;
      if (hidden !== undefined) return [{ line: first, words: hidden, shown: [] }];
      return kind === 'console' ? stepsOf(body, first) : fileOf(body, first);
    },
  );
}

function stepsOf(body: string, first: number): readonly ConsoleStep[] {
  const steps: { line: number; words: string; shown: string[] }[] = [];
  for (const [at, line] of body.trimEnd().split('\n').entries()) {
    if (line.startsWith('# ')) steps.push({ line: first + at, words: line.slice(2), shown: [] });
    else steps.at(-1)?.shown.push(line);
  }
  return steps;
}

function fileOf(body: string, first: number): readonly PageFile[] {
  const path = /^# (\S+)\n/.exec(body)?.[1];
  return path === undefined ? [] : [{ line: first, path, text: body }];
}

/** A pattern for the whole of an output, from what a page shows of it. */
export function patternOf(shown: readonly string[]): RegExp {
  const lines = shown.map((line) =>
    line.trim() === '...' ? '(?:.*\\n)*?' : `${line.split('...').map(literal).join('.*?')} *\\n`,
  );
  return new RegExp(`^${lines.join('')}$`);
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
