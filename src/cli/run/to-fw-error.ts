import { stripVTControlCharacters } from 'node:util';
import { RUN_CODES } from '../../core/diagnostics/codes.ts';
import { type FirewallState, FwError } from '../../core/diagnostics/errors.ts';

/** A command that asked oclif to leave with a number; nothing is printed for it. Undefined for every other error. */
export function exitOf(error: unknown): number | undefined {
  const thrown = fields(error);
  return thrown.code === 'EEXIT' ? (thrown.oclif?.exit ?? 0) : undefined;
}

/**
 * Whatever was thrown as an FwError: oclif's complaints become `usage`, everything unknown a bug.
 * `firewall` is what the live rules are when the error is not an FwError that knows better; a bug in the middle of an apply
 * is `apply.broken`, since it is not known that nothing changed.
 */
export function toFwError(error: unknown, command: string | undefined, firewall: FirewallState = 'unchanged'): FwError {
  if (isFwError(error)) return error;
  if (fields(error).oclif !== undefined && firewall === 'unchanged') return usageError(error, command);
  const output = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  const code = firewall === 'unchanged' ? 'internal.bug' : 'apply.broken';
  return new FwError(code, 'fw stopped on an error it does not know', { firewall, output, cause: error });
}

function usageError(error: unknown, command: string | undefined): FwError {
  const message = usageMessage(error);
  const advice = adviceFor(message);
  if (advice !== undefined) return new FwError('usage', message, { next: advice, cause: error });
  const help = command === undefined ? 'fw --help' : `fw ${command.replaceAll(':', ' ')} --help`;
  return new FwError('usage', message, { next: `see ${help}`, cause: error });
}

/** What fw has in the place of a flag that Terraform has. */
function adviceFor(message: string): string | undefined {
  const [, name = ''] = /^Nonexistent flags?: --?([a-z-]+)/.exec(message) ?? [];
  return ADVICE.get(name);
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['refresh-only', 'fw drift compares the live rules with the last apply.'],
  ['destroy', 'Take the rules out of the state: what fw owns and nobody declares goes; see --allow-empty.'],
  ['no-refresh', 'A plan is always made from live rules; fw plan --live FILE makes it from a snapshot.'],
  ['no-lock', 'An apply always takes the lock; --lock-timeout waits for it.'],
  ['replace', 'A rule that has to be loaded anew is taken out of the state and put back.'],
  ['target-file', 'Give --target more than once, or FW_TARGET with one on each line.'],
  ['exclude-file', 'Give --exclude more than once, or FW_EXCLUDE with one on each line.'],
]);

/** oclif's words on one line, without its own advice and without the colour it puts into lists. */
function usageMessage(error: unknown): string {
  const words = stripVTControlCharacters(error instanceof Error ? error.message : String(error));
  return words
    .replace(/\s*See more help with --help\s*$/, '')
    .replace(/\s+/g, ' ')
    .replace(/^Parsing (--\S+) /, '$1: ')
    .trim();
}

/** The screen is a bundle of its own with its own copy of the class, so the shape decides and not `instanceof`. */
function isFwError(error: unknown): error is FwError {
  return error instanceof Error && error.name === 'FwError' && Object.hasOwn(RUN_CODES, String(fields(error).code));
}

function fields(error: unknown): { readonly code?: unknown; readonly oclif?: { readonly exit?: number } } {
  return typeof error === 'object' && error !== null ? error : {};
}
