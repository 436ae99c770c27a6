/**
 * Lines of a block list between its first and its last that are surely one rule each. Reading 10,000 rules with the YAML library takes
 * 0.2 s, nearly all of it for lines like these; so the library is shown only the first and the last line of each run.
 */
export type RuleRun = {
  /** Offsets of the texts of the first and the last item, which stay. */
  readonly first: number;
  readonly last: number;
  /** Offsets of the texts between, start and end in turn. */
  readonly between: readonly number[];
};

/** Shorter runs are not worth the trouble. */
const SHORTEST = 4;

/**
 * Finds runs and blanks what is between, so that all offsets stay. Whether a run really is part of a list cannot be seen in
 * its lines, which may be inside a quoted text: the reader of the result must meet `first` and `last` as neighbours of one block list.
 */
export function findRuleRuns(text: string): { readonly text: string; readonly runs: ReadonlyMap<number, RuleRun> } {
  const runs = new Map<number, RuleRun>();
  const pieces: string[] = [];
  let kept = 0;
  let items: number[] = [];
  let indent = '';
  const close = () => {
    const [first, , ...rest] = items;
    const [last] = items.slice(-2);
    if (first !== undefined && last !== undefined && items.length >= 2 * SHORTEST) {
      const between = rest.slice(0, -2);
      const from = between[0] ?? first;
      const to = between.at(-1) ?? from;
      // From the hyphen of the second item to the end of the last but one: blanks only, in one line.
      pieces.push(text.slice(kept, from - 2), ' '.repeat(to - from + 2));
      kept = to;
      runs.set(first, { first, last, between });
    }
    items = [];
  };
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const prefix = itemPrefix(text.slice(start, end));
    if (prefix !== indent && items.length > 0) close();
    if (prefix !== undefined) {
      indent = prefix;
      items.push(start + prefix.length, end);
    }
    start = end + 1;
  }
  close();
  return { text: runs.size === 0 ? text : pieces.join('') + text.slice(kept), runs };
}

const ITEM = /^( *- )-[A-Za-z0-9-][ -~]*[!-9;-~]$/;

/** Longer lines are read in full: nothing here shall depend on how a long line is matched. */
const LONGEST = 2_000;

/**
 * Blanks and hyphen before the text of a list item that is a plain scalar of one line, if the next line is another item in the same
 * column. It begins like an option and holds no colon or number sign where YAML would see one of its own.
 */
function itemPrefix(line: string): string | undefined {
  if (line.length > LONGEST || line.includes(': ') || line.includes(' #')) return undefined;
  return ITEM.exec(line)?.[1];
}
