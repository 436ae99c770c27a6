const CREATE = /^(?:create|-N) +(\S+) +\S/;
const ADD = /^(?:add|-A) +(\S+) +\S/;

/**
 * The names of the sets that a file of `ipset save` makes, or the first line (counted from 1) that does something else. A file that makes
 * sets is loaded as it is; nothing in it can be another command.
 */
export function parseSetFile(
  text: string,
): { readonly names: readonly string[] } | { readonly line: number; readonly text: string } {
  const names = new Set<string>();
  for (const [index, written] of text.split('\n').entries()) {
    const line = written.replace(/\r$/, '').trim();
    if (line === '' || line.startsWith('#')) continue;
    const made = CREATE.exec(line)?.[1];
    const isNew = made !== undefined && !names.has(made);
    if (isNew) names.add(made);
    else if (!names.has(ADD.exec(line)?.[1] ?? '')) return { line: index + 1, text: line };
  }
  return { names: [...names] };
}
