import type { Diagnostic } from './diagnostic.ts';
import type { Sources } from './span.ts';

/** Exit numbers, the same for every command. Nothing but `--detailed-exitcode` and `drift` ever exits 2. */
export const EXIT = {
  ok: 0,
  error: 1,
  changes: 2,
  unformatted: 3,
  stale: 4,
  guard: 5,
  unapproved: 6,
  locked: 7,
  rolledBack: 8,
  broken: 9,
  usage: 64,
  permission: 77,
  interrupted: 130,
  terminated: 143,
} as const;

/** Every code a run can end with, the number it exits with, and what an operator does next. docs/errors.md is generated from it. */
export const CODES = {
  'state.invalid': { exit: EXIT.error, next: 'Correct the state files and run again.' },
  'state.missing': { exit: EXIT.error, next: 'Name the state with --state PATH, or create it.' },
  'state.empty': { exit: EXIT.error, next: 'Add a state document, or pass --allow-empty if nothing at all is meant.' },
  'state.unknown': { exit: EXIT.error, next: 'See fw state list.' },
  'state.name-taken': { exit: EXIT.error, next: 'Choose another name; fw state list shows those in use.' },
  'state.untrusted': {
    exit: EXIT.error,
    next: 'Let nobody but root and the user behind sudo write the state and the folders above it, or pass --allow-untrusted-state.',
  },
  'env.missing-binary': {
    exit: EXIT.error,
    next: 'Install the named program (Debian: apt-get install iptables iproute2).',
  },
  'env.permission': {
    exit: EXIT.permission,
    next: 'Run as root with the capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN; a container must be given both.',
  },
  'env.data-folder': {
    exit: EXIT.error,
    next: 'Give fw a data folder of its own with --data-dir: owned by the user who runs it, mode 0700.',
  },
  'env.no-scratch': { exit: EXIT.error, next: 'Run as root, or allow users to make user namespaces.' },
  'env.no-namespace': {
    exit: EXIT.error,
    next: 'Create the namespace first (ip netns add NAME), or correct its name in the state.',
  },
  'live.unreadable': { exit: EXIT.error, next: 'Run the named command by hand to see why it fails.' },
  'live.mixed-backends': {
    exit: EXIT.error,
    next: 'Move all rules of the namespace to one backend, or name the one that fw manages with `backend:`.',
  },
  'live.untruthful': {
    exit: EXIT.guard,
    next: 'Move the native nft rules to a table of their own, outside those that iptables uses.',
  },
  'kernel.rejected': { exit: EXIT.error, next: 'Correct the rule and run again.' },
  'kernel.timeout': { exit: EXIT.error, next: 'See what holds the xtables lock or the named program, then run again.' },
  'plan.unreadable': { exit: EXIT.error, next: 'Make the plan again with fw plan --out.' },
  'plan.unwritable': { exit: EXIT.error, next: 'Name a file in a folder that you may write to.' },
  'plan.stale': { exit: EXIT.stale, next: 'Run the plan again.' },
  'signature.missing': { exit: EXIT.unapproved, next: 'Sign the plan: ssh-keygen -Y sign -n fw-plan -f KEY FILE.' },
  'signature.invalid': {
    exit: EXIT.unapproved,
    next: 'Get the file from whoever signed it, or have it reviewed and signed again.',
  },
  'signature.unknown': {
    exit: EXIT.unapproved,
    next: 'Have the plan signed by somebody whom the allowed-signers file names for fw-plan, or add them to it.',
  },
  'signature.expired': { exit: EXIT.unapproved, next: 'Have the plan signed with a key that is valid today.' },
  'signature.unchecked': {
    exit: EXIT.error,
    next: 'See why ssh-keygen cannot check it (Debian: apt-get install openssh-client).',
  },
  'signature.unmade': { exit: EXIT.error, next: 'See why ssh-keygen -Y sign does not sign with this key.' },
  'plan.guard': { exit: EXIT.guard, next: 'Read the guard; the flag that opens it is named there.' },
  'apply.unapproved': { exit: EXIT.unapproved, next: 'Run at a terminal and answer yes, or pass --auto-approve.' },
  'apply.over-limit': {
    exit: EXIT.unapproved,
    next: 'Have the changes above reviewed, and apply with --approved, a saved plan, or --auto-approve.',
  },
  'apply.not-approved': {
    exit: EXIT.unapproved,
    next: 'Have the transitions above reviewed (fw plan --out, fw show), and name their approval with --approved.',
  },
  'apply.pending': {
    exit: EXIT.locked,
    next: 'Keep the pending apply with fw confirm, take it back with fw confirm --reject, or wait until it goes back.',
  },
  'apply.elsewhere': {
    exit: EXIT.locked,
    next: 'Run fw recover where that apply was made. If that is gone for good: fw recover --forget ID.',
  },
  'apply.no-watchdog': { exit: EXIT.error, next: 'See why fw watchdog does not start.' },
  'apply.not-pending': { exit: EXIT.error, next: 'See fw status.' },
  'run.locked': { exit: EXIT.locked, next: 'Wait for the other run, or pass --lock-timeout.' },
  'run.lock-lost': {
    exit: EXIT.locked,
    next: 'See who removed or replaced the lock file of the data folder, then run again.',
  },
  'apply.moved': { exit: EXIT.error, next: 'Run again: live rules changed while fw was working.' },
  'apply.not-owned': {
    exit: EXIT.error,
    next: 'Make the plan again from the state: it says that chains belong to others, and changes them.',
  },
  'apply.rolled-back': { exit: EXIT.rolledBack, next: 'Read what failed above, correct it, and run again.' },
  'apply.check-failed': {
    exit: EXIT.rolledBack,
    next: 'See what the check tried; correct the rules, or the check, and run again.',
  },
  'apply.broken': { exit: EXIT.broken, next: 'Page a human: compare the live rules with the journal named above.' },
  'run.interrupted': { exit: EXIT.interrupted, next: 'Run again when ready.' },
  'run.terminated': { exit: EXIT.terminated, next: 'Run again when ready.' },
  'import.nothing': { exit: EXIT.error, next: 'Name other namespaces with --namespace.' },
  'import.exists': { exit: EXIT.error, next: 'Name another folder with --state, or move the file away.' },
  'import.unwritable': { exit: EXIT.error, next: 'Name a folder that you may write to with --state.' },
  'import.differs': { exit: EXIT.error, next: 'Report this with the rules above; write that table by hand for now.' },
  'init.exists': {
    exit: EXIT.error,
    next: 'Name another folder, or move the files away; nothing is ever overwritten.',
  },
  'init.unwritable': { exit: EXIT.error, next: 'Name a folder that you may write to.' },
  'generation.missing': { exit: EXIT.error, next: 'See fw history.' },
  'generation.unreadable': {
    exit: EXIT.error,
    next: 'Put the file back from a backup. Without it, move it out of the folder: then the one before it counts as the newest.',
  },
  usage: { exit: EXIT.usage, next: 'See --help.' },
  'internal.bug': { exit: EXIT.error, next: 'Report this with the command line and the text above.' },
} as const satisfies Record<string, { exit: number; next: string }>;

export type ErrorCode = keyof typeof CODES;

/** State of the live firewall when a run ends. It is part of every message. */
export type FirewallState =
  | 'unchanged'
  | 'rolled back and verified'
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
  readonly said: string | undefined;
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
      readonly said?: string;
      readonly diagnostics?: readonly Diagnostic[];
      readonly sources?: Sources;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'FwError';
    this.code = code;
    this.firewall = options.firewall ?? 'unchanged';
    this.next = options.next ?? CODES[code].next;
    this.said = options.said;
    this.diagnostics = options.diagnostics ?? [];
    this.sources = options.sources ?? new Map();
  }

  get exit(): number {
    return CODES[this.code].exit;
  }
}
