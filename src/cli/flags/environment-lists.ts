type FlagOf = { readonly type: string; readonly multiple?: boolean; readonly env?: string; readonly char?: string };

/** Values that may hold a comma: texts and paths. */
const LINES_ONLY: ReadonlySet<string> = new Set(['var', 'var-file', 'approved']);

/**
 * Values that the environment holds for flags that may be given more than once: one on each line, or, where no value can have a comma,
 * with commas between them. oclif would take all of it for one value. A flag on the command line stands instead of its variable, as for every
 * other flag. Words to put behind the command line, and the flags they are of.
 */
export function environmentLists(
  argv: readonly string[],
  flags: Readonly<Record<string, FlagOf>>,
  env: Readonly<Record<string, string | undefined>>,
): { readonly words: readonly string[]; readonly names: ReadonlySet<string> } {
  const words: string[] = [];
  const names = new Set<string>();
  for (const [name, flag] of Object.entries(flags)) {
    const text = flag.multiple === true && flag.env !== undefined ? env[flag.env] : undefined;
    if (text === undefined || isTyped(argv, name)) continue;
    const separator = LINES_ONLY.has(name) ? /\r?\n/ : /[\r\n,]/;
    const values = text.split(separator).map((value) => (LINES_ONLY.has(name) ? value : value.trim()));
    for (const value of values.filter((one) => one !== '')) {
      words.push(`--${name}=${value}`);
      names.add(name);
    }
  }
  return { words, names };
}

/** How the variable of such a flag holds several values, for its help. */
export function listedIn(variable: string): string {
  return `${variable} holds several with commas or line ends between them.`;
}

/** Names of the flags that stand on the command line, whatever their values are. */
export function typedFlags(raw: readonly { readonly type: string; readonly flag?: string }[]): ReadonlySet<string> {
  return new Set(raw.flatMap(({ type, flag }) => (type === 'flag' && flag !== undefined ? [flag] : [])));
}

/** Whether a flag stands on the command line. */
export function isTyped(argv: readonly string[], name: string): boolean {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  return words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
}
