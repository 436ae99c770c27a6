import { shellWord } from '../core/shell-word.ts';

const USUAL = '/var/lib/fw';

/**
 * What a printed command needs behind it to be about this data folder, from any shell: a user who confirms over a new connection has neither the
 * environment nor the working folder of the apply. Empty for the usual folder. `dataDir` is a full path.
 */
export function inFolder(dataDir: string): string {
  return dataDir === USUAL ? '' : ` --data-dir ${shellWord(dataDir)}`;
}
