import type { ScaffoldSummary } from '../../core/scaffold/types.ts';

/** Names and titles in two columns; numbered for a user who is asked for one. */
export function scaffoldList(scaffolds: readonly ScaffoldSummary[], options: { readonly numbered: boolean }): string[] {
  const width = Math.max(...scaffolds.map(({ name }) => name.length));
  return scaffolds.map(
    ({ name, title }, at) => `${options.numbered ? `${at + 1}. ` : '  '}${name.padEnd(width)}  ${title}`,
  );
}
