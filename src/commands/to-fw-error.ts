import { stripVTControlCharacters } from 'node:util';
import { CODES, type FirewallState, FwError } from '../core/errors.ts';

/** A command that asked oclif to leave with a number; nothing is printed for it. Undefined for every other error. */
export function exitOf(error: unknown): number | undefined {
  const thrown = fields(error);
  return thrown.code === 'EEXIT' ? (thrown.oclif?.exit ?? 0) : undefined;
}

/**
 * Whatever was thrown as an FwError: oclif's complaints become `usage`, everything unknown a bug.
 * `firewall` is what the live rules are when the error is not an FwError that knows better; a bug in the middle of an apply
 * is `apply.broken`, since nobody can say that nothing changed.
 */
export function toFwError(error: unknown, command: string | undefined, firewall: FirewallState = 'unchanged'): FwError {
  if (isFwError(error)) return error;
  if (fields(error).oclif !== undefined && firewall === 'unchanged') return usageError(error, command);
  const said = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  const code = firewall === 'unchanged' ? 'internal.bug' : 'apply.broken';
  return new FwError(code, 'fw stopped on an error it does not know', { firewall, said, cause: error });
}

function usageError(error: unknown, command: string | undefined): FwError {
  const help = command === undefined ? 'fw --help' : `fw ${command} --help`;
  return new FwError('usage', usageMessage(error), { next: `see ${help}`, cause: error });
}

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
  return error instanceof Error && error.name === 'FwError' && Object.hasOwn(CODES, String(fields(error).code));
}

function fields(error: unknown): { readonly code?: unknown; readonly oclif?: { readonly exit?: number } } {
  return typeof error === 'object' && error !== null ? error : {};
}
