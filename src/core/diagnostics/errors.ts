import { RUN_CODES } from './codes.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Sources } from './span.ts';

export { EXIT } from './exit-numbers.ts';

/** Every code is in the tables of codes.ts. */
export type ErrorCode = keyof typeof RUN_CODES;

/** State of the live firewall when a run ends. It is part of every message. */
export type FirewallState =
  | 'unchanged'
  | 'rolled back and verified'
  | 'in part rolled back and verified'
  | 'not proven: the way back failed'
  | 'applied and verified';

/**
 * A run that cannot go on. `message` says what failed and where; `firewall` what the live rules are now;
 * `next` overrides the advice of the code's table entry.
 */
export class FwError extends Error {
  readonly code: ErrorCode;
  readonly firewall: FirewallState;
  readonly next: string;
  readonly output: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Text that the spans of `diagnostics` point into. */
  readonly sources: Sources;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      readonly firewall?: FirewallState;
      readonly next?: string;
      /** Words of another program, verbatim. */
      readonly output?: string;
      readonly diagnostics?: readonly Diagnostic[];
      readonly sources?: Sources;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FwError';
    this.code = code;
    this.firewall = options.firewall ?? 'unchanged';
    this.next = options.next ?? RUN_CODES[code].next;
    this.output = options.output;
    this.diagnostics = options.diagnostics ?? [];
    this.sources = options.sources ?? new Map();
  }

  get exit(): number {
    return RUN_CODES[this.code].exit;
  }
}
