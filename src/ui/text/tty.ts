export type ScreenFacts = {
  /** Whether escapes that colour text may be written. */
  readonly colour: boolean;
  /** Whether a person can answer and the cursor may be moved. */
  readonly interactive: boolean;
  /** Columns to lay text out for. */
  readonly width: number;
  /** Whether characters outside ASCII reach the reader as they are. */
  readonly unicode: boolean;
};

type Environment = Readonly<Record<string, string | undefined>>;
type Output = { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };
type Input = { readonly isTTY?: boolean | undefined };
type ScreenFlags = {
  readonly noColor?: boolean;
  readonly noInput?: boolean;
  readonly color?: 'auto' | 'always' | 'never';
};

// A pipe has no width. Wide enough for most rules with their origin beside them, narrow enough for a review page.
const PIPE_COLUMNS = 100;
const TERMINAL_COLUMNS = 80;
// Beyond this the eye loses the row between a rule and what stands at the right.
const WIDEST = 160;
const NARROWEST = 40;

/** Decides once, at start, how a run may draw. Flags win over NO_COLOR, that over FORCE_COLOR, that over what the terminal is. */
export function screenOf(env: Environment, stdout: Output, stdin: Input, flags: ScreenFlags = {}): ScreenFacts {
  const terminal = stdout.isTTY === true;
  const dumb = env.TERM === 'dumb';
  return {
    colour: coloured(env, terminal && !dumb, flags),
    interactive: flags.noInput !== true && terminal && stdin.isTTY === true && !dumb && !inCi(env),
    width: columns(env, stdout.columns, terminal),
    unicode: !dumb && hasUtf8(env),
  };
}

function coloured(env: Environment, capable: boolean, flags: ScreenFlags): boolean {
  if (flags.noColor === true || flags.color === 'never') return false;
  if (flags.color === 'always') return true;
  if (isGiven(env.NO_COLOR)) return false;
  if (isGiven(env.FORCE_COLOR)) return isOn(env.FORCE_COLOR);
  return capable;
}

/** Ink asks the same two variables, and with either of them draws no prompt. */
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
