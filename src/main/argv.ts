/** Terraform's spellings that stand alone or take `=true` or `=false`, and what fw calls them. */
const SWITCHES: Readonly<Record<string, { readonly on?: string; readonly off?: string }>> = {
  'allow-empty': { on: '--allow-empty' },
  'auto-approve': { on: '--auto-approve' },
  check: { on: '--check' },
  // Warnings are one line and what to do already.
  'compact-warnings': {},
  destroy: { on: '--destroy' },
  'detailed-exitcode': { on: '--detailed-exitcode' },
  diff: { on: '--diff' },
  help: { on: '--help' },
  input: { off: '--no-input' },
  json: { on: '--json' },
  lock: { off: '--no-lock' },
  'no-color': { on: '--no-color' },
  refresh: { off: '--no-refresh' },
  // What fw formats is always a folder with all that is below it.
  recursive: {},
  'refresh-only': { on: '--refresh-only' },
};

/** Terraform's spellings that take a value, after `=` or as the next word. */
const VALUES: ReadonlySet<string> = new Set([
  'chdir',
  'exclude',
  'exclude-file',
  'lock-timeout',
  'out',
  'state',
  'target',
  'target-file',
  'var',
  'var-file',
]);

type Pages = Pick<ReadonlySet<string>, 'has'>;

/**
 * Rewrites what people type out of Terraform habit (`-out=x`, `-auto-approve`, `-input=false`) to the flags that oclif knows.
 * Only known spellings change, only before `--`, and never the value of a flag. `-chdir=DIR` may stand before the command. `pages` are the
 * topics of `fw help` that are no commands.
 */
export function rewriteArgv(argv: readonly string[], pages: Pages = new Set()): string[] {
  const end = argv.indexOf('--');
  const head = withoutMeaningless(end === -1 ? argv : argv.slice(0, end));
  const tail = end === -1 ? [] : argv.slice(end);
  const rewritten: string[] = [];
  for (let at = 0; at < head.length; at++) {
    const word = head[at] ?? '';
    rewritten.push(...rewriteWord(word));
    const value = head[at + 1];
    if (takesNextWord(word) && value !== undefined) {
      rewritten.push(value);
      at++;
    }
  }
  return [...helpLast(commandFirst(rewritten), pages), ...tail];
}

/**
 * Leaves out what means nothing here and changes no result: fw decides how much runs side by side, and a plan takes no lock that it could wait for
 * or do without.
 */
function withoutMeaningless(words: readonly string[]): readonly string[] {
  const isPlan = words.find((word) => !word.startsWith('-')) === 'plan';
  const kept: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const [, name = '', value] = /^-(parallelism|lock-timeout|lock)(=.*)?$/s.exec(word) ?? [];
    if (name === 'parallelism' || (isPlan && name !== '')) {
      if (value === undefined && name !== 'lock') at++;
      continue;
    }
    kept.push(word);
    const next = words[at + 1];
    if (takesNextWord(word) && next !== undefined) {
      kept.push(next);
      at++;
    }
  }
  return kept;
}

function rewriteWord(word: string): readonly string[] {
  const match = /^-([a-z][a-z-]+)(?:=(.*))?$/s.exec(word);
  if (!match) return [word];
  const [, name = '', value] = match;
  if (VALUES.has(name)) return [`-${word}`];
  if (!Object.hasOwn(SWITCHES, name)) return [word];
  const { on, off } = SWITCHES[name] ?? {};
  if (value === undefined || value === 'true') return on === undefined ? [] : [on];
  if (value === 'false') return off === undefined ? [] : [off];
  return [word];
}

function takesNextWord(word: string): boolean {
  return VALUES.has(word.replace(/^--?/, '')) && word.startsWith('-');
}

/** First words of commands that have two. */
const TOPICS: ReadonlySet<string> = new Set(['state', 'template']);

/** oclif expects the command as the first word, Terraform `-chdir=DIR` before it. */
function commandFirst(words: readonly string[]): string[] {
  const at = words.findIndex((word) => !word.startsWith('--chdir='));
  if (at <= 0 || words[at]?.startsWith('-')) return [...words];
  const end = at + (TOPICS.has(words[at] ?? '') ? 2 : 1);
  return [...words.slice(at, end), ...words.slice(0, at), ...words.slice(end)];
}

/** `fw help plan` is `fw plan --help`; a topic is left to the command `help`. */
function helpLast(words: readonly string[], pages: Pages): string[] {
  return words[0] === 'help' && !pages.has(words[1] ?? '') ? [...words.slice(1), '--help'] : [...words];
}
