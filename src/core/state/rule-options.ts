import { extensionOf } from '../normal/option-owner.ts';
import { hiddenOption } from '../ruleset/command-options.ts';

/** Options of a rule that matter before the kernel sees it, by both spellings. */
export const SOURCE_OPTIONS: ReadonlySet<string> = new Set(['-s', '--source', '--src']);
export const DESTINATION_OPTIONS: ReadonlySet<string> = new Set(['-d', '--destination', '--dst']);
export const PROTOCOL_OPTIONS: ReadonlySet<string> = new Set(['-p', '--protocol']);
export const MATCH_OPTIONS: ReadonlySet<string> = new Set(['-m', '--match']);
export const JUMP_OPTIONS: ReadonlySet<string> = new Set(['-j', '--jump', '-g', '--goto']);

/** Options whose value is text of people or a name, never an address or an option, whatever it looks like. */
export const TEXT_OPTIONS: ReadonlySet<string> = new Set([
  '--comment',
  '--log-prefix',
  '--nflog-prefix',
  '--ulog-prefix',
  '--string',
  '--hex-string',
  '--helper',
  '--name',
  '--hashlimit-name',
  '--match-set',
  '--add-set',
  '--del-set',
  '--map-set',
  '--label',
  '--timer-name',
  '--led-trigger-id',
  '--selctx',
  '--path',
  '--bytecode',
  '--object-pinned',
  '--u32',
  '-i',
  '--in-interface',
  '-o',
  '--out-interface',
  '--physdev-in',
  '--physdev-out',
  '--uid-owner',
  '--gid-owner',
]);

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
const COMMAND_OPTIONS: ReadonlyMap<string, string> = new Map([
  ...forAll('names a chain or does something to it; a rule is only what follows `-A CHAIN`', [
    '-A --append -C --check -D --delete -E --rename-chain -F --flush -I --insert -L --list -N --new-chain -P --policy',
    '-R --replace -S --list-rules -X --delete-chain -Z --zero',
  ]),
  ...forAll('names a table; the table is the key under `tables`', ['-t --table']),
  ...forAll('sets counters; fw keeps the counters of the kernel', ['-c --set-counters']),
  ...forAll('speaks to the iptables program, not to the kernel', [
    '-h --help -V --version -v --verbose -n --numeric -x --exact -w --wait -W --wait-interval -M --modprobe --line-numbers',
  ]),
]);

/**
 * Spellings that iptables takes or half takes and that would hide a jump, an address or a command from this program: `-s10.0.0.1` and
 * `--jump=X` (iptables-restore 1.8.9 takes the whole word for the value), `-vj X`, `--jum X`.
 */
export function joinedOption(word: string): { readonly message: string; readonly hint: string } | undefined {
  const long = `-${word}`;
  if (/^-[a-z][a-z-]{2,}$/.test(word) && (extensionOf(long) !== undefined || LONG_OPTIONS.test(long))) {
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
const LONG_OPTIONS =
  /^--(?:dport|sport|destination-port|source-port|source|destination|src|dst|protocol|match|jump|goto|in-interface|out-interface)$/;

const JOINED = /^(-[sdpjgmio]|--(?:source|destination|src|dst|protocol|jump|goto|match)(?==))=?(.+)$/;

function forAll(why: string, names: readonly string[]): readonly (readonly [string, string])[] {
  return names.flatMap((line) => line.split(' ')).map((name) => [name, why]);
}
