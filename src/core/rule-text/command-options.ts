import { type OptionUse, PROGRAM_OPTIONS } from '../extensions/program-options.ts';

const USES: ReadonlyMap<string, OptionUse> = new Map(PROGRAM_OPTIONS.map(({ letter, use }) => [letter, use]));

/** Long names and the letter that stands for each; 0 for what has no letter. */
const LONG: ReadonlyMap<string, string> = new Map(
  PROGRAM_OPTIONS.flatMap(({ letter, long }) => long.map((name) => [name, letter] as const)),
);

export const LONG_NAMES: readonly string[] = [...LONG.keys()];

export function optionUse(letter: string): OptionUse | undefined {
  return USES.get(letter);
}

/** The letter of a long option, by its whole name. */
export function longOption(name: string): string | undefined {
  return LONG.get(name);
}

/** The letter of a long option by the beginning of its name, which iptables takes while no match adds a name of that beginning. */
export function abbreviatedOption(beginning: string): string | undefined {
  const letters = new Set(LONG_NAMES.filter((name) => name.startsWith(beginning)).map((name) => LONG.get(name)));
  return letters.size === 1 ? [...letters][0] : undefined;
}

/**
 * The letter of an option that has no place in a rule, by a whole or shortened name (`--modpro`, `--vers`): getopt_long takes any
 * beginning that only one option has, and which ones those are depends on the matches before it. No match or target of iptables
 * 1.8.9 has an option of such a name. Beginnings of options that a rule may have are left to iptables.
 */
export function hiddenOption(name: string): string | undefined {
  if (name === '') return undefined;
  // `--set` is an option of `recent` and others.
  if (name.startsWith('set-c') && 'set-counters'.startsWith(name)) return 'c';
  return HIDDEN.find(([long]) => long.startsWith(name))?.[1];
}

const HIDDEN = [...LONG].filter(([, letter]) => USES.get(letter) === 'refused' || letter === 'v');

/** Why a refused option is refused. */
export function whyRefused(letter: string): string {
  if (letter === 't') return 'The table cannot be named inside a table; the line that begins with * names it';
  if (letter === 'M') return '--modprobe names a program to run, which a rule must not do';
  if (letter === 'E') return 'iptables-nft-restore cannot rename a chain of the same file; write the new name';
  if (letter === 'w' || letter === 'W') return 'iptables-restore does not take --wait in a line';
  return 'This option has no place in a file of rules';
}
