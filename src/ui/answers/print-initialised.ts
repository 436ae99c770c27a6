import type { ScaffoldSummary } from '../../core/scaffold/types.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { cleanText } from '../text/clean-text.ts';

type InitialisedView = {
  readonly folder: string;
  readonly files: readonly string[];
  readonly kept: readonly string[];
  /** Whether a state was written, and so can be tried. */
  readonly hasState: boolean;
  readonly next: readonly string[];
};

/** What `fw init` wrote, and what to run next. */
export function printInitialised(view: InitialisedView, options: { readonly unicode: boolean }): string[] {
  const folder = cleanText(view.folder, options.unicode);
  const enter =
    folder === '.' ? [] : [`  cd ${shellWord(view.folder.startsWith('-') ? `./${view.folder}` : view.folder)}`];
  const state = [
    '  edit state/ where it says CHANGE',
    '  fw validate                 # needs no root',
    '  fw plan                     # as root: what would change; nothing is changed',
    '  fw apply --confirm 5m       # as root: back by itself unless you run fw confirm over a new connection',
  ];
  return [
    `Written to ${folder}:`,
    ...view.files.map((path) => `  ${path}`),
    ...view.kept.map((path) => `  ${path}  (was there, left as it is)`),
    '',
    'Next:',
    ...(view.hasState ? [...enter, ...state] : []),
    ...view.next.map((line) => `  ${line}`),
  ];
}

/** Names and titles in two columns; numbered for a user who is asked for one. */
export function scaffoldList(scaffolds: readonly ScaffoldSummary[], options: { readonly numbered: boolean }): string[] {
  const width = Math.max(...scaffolds.map(({ name }) => name.length));
  return scaffolds.map(
    ({ name, title }, at) => `${options.numbered ? `${at + 1}. ` : '  '}${name.padEnd(width)}  ${title}`,
  );
}
