// Runs of this many names or more are written as first and last.
const SHORTEST_RUN = 3;
const MOST_ITEMS = 4;

/** Names in few words: `tenant-01 ... tenant-14`, `blue, green and red`, `a, b, c and 9 more`. Only unbroken numbering is shortened. */
export function nameList(names: readonly string[]): string {
  const items = runsOf(names).flatMap((run) =>
    run.length < SHORTEST_RUN ? run.map((name) => ({ text: name, names: 1 })) : [shorten(run)],
  );
  if (items.length <= MOST_ITEMS) return items.map((item) => item.text).join(', ');
  const shown = items.slice(0, MOST_ITEMS - 1);
  const left = items.slice(MOST_ITEMS - 1).reduce((sum, item) => sum + item.names, 0);
  return `${shown.map((item) => item.text).join(', ')} and ${left} more`;
}

function shorten(run: readonly string[]): { readonly text: string; readonly names: number } {
  return { text: `${run[0]} ... ${run.at(-1)}`, names: run.length };
}

/** Neighbours that differ by one in their last number, written with the same stem. */
function runsOf(names: readonly string[]): readonly (readonly string[])[] {
  const runs: string[][] = [];
  for (const name of names) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && follows(last, name)) run.push(name);
    else runs.push([name]);
  }
  return runs;
}

function follows(first: string, second: string): boolean {
  const one = /^(.*?)(\d{1,9})$/.exec(first);
  const two = /^(.*?)(\d{1,9})$/.exec(second);
  if (one === null || two === null || one[1] !== two[1]) return false;
  const [digits, next] = [one[2] ?? '', two[2] ?? ''];
  return String(Number(digits) + 1).padStart(digits.length, '0') === next;
}
