import { FwError } from '../core/diagnostics/errors.ts';
import type { GuardFlag } from '../core/guards/finding.ts';
import { GUARDS } from '../core/guards/registry.ts';
import { LIMITS } from '../core/limits.ts';

/** A length of time; undefined where none is given. Throws `usage` for what is no number of seconds from 1 on. */
export function checkSeconds(
  name: string,
  value: number | undefined,
  most: number = LIMITS.wait.most,
): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 1 && value <= most) return value;
  throw new FwError('usage', `${name} is ${String(value)}: give a number of seconds from 1 to ${most}`);
}

/** A text that a path or a name may be. Throws `usage`. */
export function checkText(name: string, value: string): string {
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  throw new FwError('usage', `${name} is no text`);
}

/** The guards that are named by id or flag. Throws `usage` for a name that no guard has: a guard that is opened by mistake is none. */
export function allowedGuards(names: readonly string[]): ReadonlySet<GuardFlag> {
  if (!Array.isArray(names)) throw new FwError('usage', 'allow is no list of guards');
  return new Set(
    names.map((name: string) => {
      const found = GUARDS.find(({ id, flag }) => id === name || flag === name);
      if (found !== undefined) return found.flag;
      throw new FwError('usage', `there is no guard ${JSON.stringify(name)}`, {
        next: `The guards are ${GUARDS.map(({ id, flag }) => `${id} (${flag})`).join(', ')}.`,
      });
    }),
  );
}
