export type ScreenFacts = {
  /** Whether escapes that colour text may be written. */
  readonly colour: boolean;
  /** Whether a person can answer. */
  readonly interactive: boolean;
  /** Why no question can be asked, where that is so. */
  readonly notAsked?: NotAsked;
  /** Whether the cursor may be moved: a part of the screen is drawn over and over. */
  readonly live: boolean;
  /** Columns to lay text out for. */
  readonly width: number;
  /** Whether characters outside ASCII reach the reader as they are. */
  readonly unicode: boolean;
};

/** Why no question is asked: what the run was told, or which end of it is no terminal. */
export type NotAsked = 'no-input' | 'json' | 'ci' | 'no-terminal' | 'stdout' | 'stdin';

type Environment = Readonly<Record<string, string | undefined>>;
type Output = {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};
type Input = { readonly isTTY?: boolean | undefined };
type ScreenFlags = {
  readonly noColor?: boolean;
  readonly noInput?: boolean;
  readonly json?: boolean;
  readonly color?: 'auto' | 'always' | 'never';
};

// A pipe has no width. Wide enough for most rules with their origin beside them, narrow enough for a review page.
const PIPE_COLUMNS = 100;
const TERMINAL_COLUMNS = 80;
// Beyond this the eye loses the row between a rule and what stands at the right.
const WIDEST = 160;
const NARROWEST = 40;
// What is drawn over must fit with room to spare, or the rows above it are lost. Serial consoles, `script` and expect say 0 of both.
const FEWEST_ROWS = 8;

/** Decides once, at start, how a run may draw. Flags win over NO_COLOR, that over FORCE_COLOR, that over what the terminal is. */
export function screenOf(env: Environment, stdout: Output, stdin: Input, flags: ScreenFlags = {}): ScreenFacts {
  const terminal = stdout.isTTY === true;
  const dumb = env.TERM === 'dumb';
  const notAsked = whyNotAsked(env, terminal, stdin.isTTY === true, flags);
  const { columns: across = 0, rows: down = 0 } = stdout;
  return {
    colour: coloured(env, terminal && !dumb, flags),
    interactive: notAsked === undefined,
    ...(notAsked === undefined ? {} : { notAsked }),
    live: notAsked === undefined && !dumb && across >= NARROWEST && down >= FEWEST_ROWS,
    width: columns(env, stdout.columns, terminal),
    unicode: !dumb && hasUtf8(env),
  };
}

/** What the run was told comes first: it is the reason also where there is no terminal. */
function whyNotAsked(env: Environment, stdout: boolean, stdin: boolean, flags: ScreenFlags): NotAsked | undefined {
  if (flags.noInput === true) return 'no-input';
  if (flags.json === true) return 'json';
  if (!stdout && !stdin) return 'no-terminal';
  if (inCi(env)) return 'ci';
  if (!stdout) return 'stdout';
  return stdin ? undefined : 'stdin';
}

function coloured(env: Environment, capable: boolean, flags: ScreenFlags): boolean {
  if (flags.noColor === true || flags.color === 'never') return false;
  if (flags.color === 'always') return true;
  if (isGiven(env.NO_COLOR)) return false;
  if (isGiven(env.FORCE_COLOR)) return isOn(env.FORCE_COLOR);
  return capable;
}

/** Ink asks the same two variables, and with either of them draws no prompt. The terminal that a pipeline may have is without a person. */
function inCi(env: Environment): boolean {
  return [env.CI, env.CONTINUOUS_INTEGRATION].some((value) => value !== undefined && isOn(value));
}

function columns(env: Environment, reported: number | undefined, terminal: boolean): number {
  const wanted = /^[1-9]\d{0,4}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : reported;
  const known = wanted !== undefined && wanted > 0 ? wanted : terminal ? TERMINAL_COLUMNS : PIPE_COLUMNS;
  return Math.min(WIDEST, Math.max(NARROWEST, known));
}

/** The first of the three that is set decides, as in setlocale(3). */
function hasUtf8(env: Environment): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find(isGiven) ?? '';
  return /utf-?8/i.test(locale);
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function isOn(value: string): boolean {
  return value !== '0' && value !== 'false';
}
