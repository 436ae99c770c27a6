/** Options of a rule that matter before the kernel sees it, by both spellings. */
export const SOURCE_OPTIONS: ReadonlySet<string> = new Set(['-s', '--source', '--src']);
export const DESTINATION_OPTIONS: ReadonlySet<string> = new Set(['-d', '--destination', '--dst']);
export const PROTOCOL_OPTIONS: ReadonlySet<string> = new Set(['-p', '--protocol', '--proto']);
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

/** Words that make a line a command of another kind, or talk to the program and not to the kernel. */
export const COMMAND_OPTIONS: ReadonlyMap<string, string> = new Map([
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

/** `-s10.0.0.1`, `-jDROP` and `--jump=DROP` are not understood by iptables-restore 1.8.9: it reads all of the word as the value. */
export const STUCK_VALUE =
  /^(?:(-[sdpjgmio])([^-].*)|(--(?:source|destination|src|dst|protocol|jump|goto|match))=(.*))$/;

function forAll(why: string, names: readonly string[]): readonly (readonly [string, string])[] {
  return names.flatMap((line) => line.split(' ')).map((name) => [name, why]);
}
