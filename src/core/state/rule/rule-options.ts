import { optionsThat } from '../../extensions/options.ts';
import { ownerOfOption } from '../../extensions/owner-of-option.ts';
import { PROGRAM_OPTIONS } from '../../extensions/program-options.ts';
import { hiddenOption } from '../../rule-text/command-options.ts';

/** Options of a rule that matter before the kernel sees it, by all their spellings. */
export const SOURCE_OPTIONS: ReadonlySet<string> = optionsThat(({ role }) => role === 'source');
export const DESTINATION_OPTIONS: ReadonlySet<string> = optionsThat(({ role }) => role === 'destination');
export const PROTOCOL_OPTIONS: ReadonlySet<string> = optionsThat(({ role }) => role === 'protocol');
export const MATCH_OPTIONS: ReadonlySet<string> = optionsThat(({ role }) => role === 'match');
export const JUMP_OPTIONS: ReadonlySet<string> = optionsThat(({ role }) => role === 'jump');

/** Options whose value is text of people or a name, never an address or an option, whatever it looks like. */
export const TEXT_OPTIONS: ReadonlySet<string> = optionsThat(({ isOpaque }) => isOpaque === true);

/** Why a word may not be an option of a rule: by its name, however short the beginning of it that iptables would still take. */
export function commandOption(word: string): string | undefined {
  const exact = COMMAND_OPTIONS.get(word);
  if (exact !== undefined || !word.startsWith('--')) return exact;
  const [name = ''] = word.slice(2).split('=');
  const whole = COMMAND_OPTIONS.get(`--${name}`);
  const letter = hiddenOption(name);
  return (
    whole ?? (letter === undefined ? undefined : COMMAND_OPTIONS.get(letter === '0' ? '--line-numbers' : `-${letter}`))
  );
}

/** Words that make a line a command of another kind, or talk to the program and not to the kernel. */
const COMMAND_OPTIONS: ReadonlyMap<string, string> = new Map(
  PROGRAM_OPTIONS.flatMap(({ letter, long, why }) => {
    const names = [...(letter === '0' ? [] : [`-${letter}`]), ...long.map((name) => `--${name}`)];
    return why === undefined ? [] : names.map((name) => [name, why] as const);
  }),
);

/**
 * Spellings that iptables takes or half takes and that would hide a jump, an address or a command from this program: `-s10.0.0.1` and
 * `--jump=X` (iptables-restore 1.8.9 takes the whole word for the value), `-vj X`, `--jum X`.
 */
export function joinedOption(word: string): { readonly message: string; readonly hint: string } | undefined {
  const long = `-${word}`;
  if (/^-[a-z][a-z-]{2,}$/.test(word) && (ownerOfOption(long) !== undefined || LONG_OPTIONS.has(long))) {
    return { message: `\`${word}\` has one hyphen too few`, hint: `Write \`${long}\`.` };
  }
  const [, option, value] = JOINED.exec(word) ?? [];
  if (option !== undefined && value !== undefined) {
    const hint = `Write \`${option} ${value}\`: iptables-restore 1.8.9 takes the joined form for something else.`;
    return { message: `\`${option}\` and its value must be two words`, hint };
  }
  if (/^-[A-Za-z0-9][A-Za-z0-9]*[A-Za-z]|^-[A-Za-z]./.test(word)) {
    return {
      message: `Short options cannot be joined as in \`${word}\``,
      hint: 'Write each with a hyphen of its own.',
    };
  }
  if (!/^--(?:ju?m?|go?t?)$/.test(word)) return undefined;
  const full = word.startsWith('--j') ? '--jump' : '--goto';
  return { message: `\`${word}\` is not the whole name of an option`, hint: `Write \`${full}\`.` };
}

/** Options of protocols and of rules that have two hyphens. */
const LONG_OPTIONS = optionsThat(({ role }) => role !== undefined && role !== 'fragment');

const JOINABLE = optionsThat(({ role }) => role !== undefined && !/^(?:fragment|port|input|output)$/.test(role));
const SHORT = optionsThat(({ role, words }) => role !== undefined && words === 1);

const JOINED = new RegExp(
  `^(${[...SHORT].filter((name) => /^-\w$/.test(name)).join('|')}|(?:${[...JOINABLE].filter((name) => name.startsWith('--')).join('|')})(?==))=?(.+)$`,
);
