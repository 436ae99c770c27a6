import { type ErrorCode, type FirewallState, FwError } from '../core/diagnostics/errors.ts';
import { placeDiagnostics } from '../core/plan/view/placed.ts';
import type { PlacedDiagnostic } from '../core/report/types.ts';
import { adviceInFolder } from '../ui/text/in-folder.ts';

/** Why a call did not do what it was asked for. Codes, exit numbers and what they mean: docs/errors.md. */
export class FirewallError extends Error {
  override readonly name = 'FirewallError';
  readonly code: ErrorCode;
  /** What the live rules are now. */
  readonly firewall: FirewallState;
  /** What to do next, in words of the command line. */
  readonly next: string;
  /** The exit number that a command ends with for it. */
  readonly exit: number;
  /** Words of another program, verbatim, or evidence. */
  readonly output: string | undefined;
  /** What is wrong in the state, with file, line and column. */
  readonly diagnostics: readonly PlacedDiagnostic[];

  constructor(error: FwError, next: string = error.next) {
    super(error.message, { cause: error });
    this.code = error.code;
    this.firewall = error.firewall;
    this.next = next;
    this.exit = error.exit;
    this.output = error.output;
    this.diagnostics = placeDiagnostics(error.diagnostics, error.sources);
  }
}

/**
 * Whatever was thrown as the error to reject with. An error that fw does not know leaves it open what is live once a call has begun to write. `where` is what
 * advice needs behind a command to be about the data folder.
 */
export function toFirewallError(thrown: unknown, isWriting: boolean, where: string): FirewallError {
  if (thrown instanceof FirewallError) return thrown;
  const error = thrown instanceof FwError ? thrown : unknownError(thrown, isWriting);
  return new FirewallError(error, adviceInFolder(error.next, where));
}

function unknownError(thrown: unknown, isWriting: boolean): FwError {
  const output = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown);
  return new FwError(isWriting ? 'apply.broken' : 'internal.bug', 'fw stopped on an error it does not know', {
    firewall: isWriting ? 'not proven: the way back failed' : 'unchanged',
    output,
    cause: thrown,
  });
}
