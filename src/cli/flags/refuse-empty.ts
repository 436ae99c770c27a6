import { FwError } from '../../core/diagnostics/errors.ts';
import { isTyped } from './environment-lists.ts';

/** Flags without which a run does more, or asks for less, each with what it would be then. */
const NARROWING: Readonly<Record<string, string>> = {
  namespace: 'about all namespaces of the state, or about host',
  table: 'about all tables',
  family: 'about both families',
  target: 'about all that the state declares',
  exclude: 'about all that the state declares',
  approved: 'not held against what was reviewed',
  'require-signature': 'without a look at the signature',
  confirm: 'kept without fw confirm',
};

/**
 * Throws `usage` for a variable that is set, has nothing in it, and would narrow the run: what is empty is mostly another variable that was never set, and
 * the run would do more than was asked for (decision 72). Where the flag is typed the variable is not looked at.
 */
export function refuseEmptyVariables(
  argv: readonly string[],
  flags: Readonly<Record<string, { readonly env?: string }>>,
  env: Readonly<Record<string, string | undefined>>,
): void {
  for (const [name, outcome] of Object.entries(NARROWING)) {
    const variable = flags[name]?.env;
    const text = variable === undefined ? undefined : env[variable];
    if (text === undefined || /[^\s,]/.test(text) || isTyped(argv, name)) continue;
    throw new FwError('usage', `${variable} is set and has nothing in it`, {
      next: `Unset it for a run that is ${outcome}, or set what it should hold.`,
    });
  }
}

/** Throws `usage` for an empty value on the command line: `--data-dir "$DIR"` without DIR would otherwise be the folder that fw is in. */
export function refuseEmptyWords(
  raw: readonly { readonly type: string; readonly flag?: string; readonly input: string }[],
): void {
  const empty = raw.find(({ type, input }) => type === 'flag' && input === '');
  if (empty?.flag === undefined) return;
  throw new FwError('usage', `--${empty.flag} has nothing in it`, { next: 'Leave it out, or give it a value.' });
}
