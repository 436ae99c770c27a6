import { shellWord } from '../../core/text/shell-word.ts';

const USUAL = '/var/lib/fw';

/**
 * What a printed command needs behind it to be about this data folder, from any shell: a user who confirms over a new connection has neither the
 * environment nor the working folder of the apply. Empty for the usual folder. `dataDir` is a full path.
 */
export function inFolder(dataDir: string): string {
  return dataDir === USUAL ? '' : ` --data-dir ${shellWord(dataDir)}`;
}

/** The commands that are about what one data folder holds, with the words behind them that advice gives them. */
const OF_A_FOLDER =
  /\bfw apply --destroy \S+|\bfw (?:recover|confirm|status|history|rollback|drift|state list)\b(?: --(?:reject|forget|here|to|state-name)\b)?(?: (?:\d{8}T\d+Z-\d+|\d+|last|previous|ID|NAME)\b)?/g;

/** Advice with the data folder behind each of its commands. `where` is what `inFolder` gives. */
export function adviceInFolder(advice: string, where: string): string {
  if (where === '') return advice;
  return advice.replace(OF_A_FOLDER, (command, at: number) =>
    // One that names its data folder already is about another one.
    advice.startsWith(' --data-dir', at + command.length) ? command : `${command}${where}`,
  );
}
