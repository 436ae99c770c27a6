import { RUN_CODES } from '../../core/diagnostics/codes.ts';
import { type FirewallState, FwError } from '../../core/diagnostics/errors.ts';
import { usageError } from './usage-error.ts';

/** A command that asked oclif to leave with a number; nothing is printed for it. Undefined for every other error. */
export function exitOf(error: unknown): number | undefined {
  const thrown = fields(error);
  return thrown.code === 'EEXIT' ? (thrown.oclif?.exit ?? 0) : undefined;
}

/**
 * Whatever was thrown as an FwError: oclif's complaints become `usage`, everything unknown a bug.
 * `firewall` is what the live rules are when the error is not an FwError that knows better; a bug in the middle of an apply
 * is `apply.broken`, since it is not known that nothing changed. `commands` are the ids that a mistyped command may have meant.
 */
export function toFwError(
  error: unknown,
  command: string | undefined,
  firewall: FirewallState = 'unchanged',
  commands: readonly string[] = [],
): FwError {
  // oclif writes words of its own around those of a value that fw refused.
  if (isFwError(error)) return /^Parsing --/.test(error.message) ? usageError(error, command, commands) : error;
  if (fields(error).oclif !== undefined && firewall === 'unchanged') return usageError(error, command, commands);
  const output = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  const code = firewall === 'not proven: the way back failed' ? 'apply.broken' : 'internal.bug';
  return new FwError(code, 'fw stopped on an error it does not know', { firewall, output, cause: error });
}

/** The screen is a bundle of its own with its own copy of the class, so the shape decides and not `instanceof`. */
function isFwError(error: unknown): error is FwError {
  return error instanceof Error && error.name === 'FwError' && Object.hasOwn(RUN_CODES, String(fields(error).code));
}

function fields(error: unknown): { readonly code?: unknown; readonly oclif?: { readonly exit?: number } } {
  return typeof error === 'object' && error !== null ? error : {};
}
