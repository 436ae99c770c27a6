/** An error that ends a run: what happened, the number that it exits with, and what an operator does next. */
export type RunCode = {
  readonly title: string;
  readonly exit: number;
  readonly next: string;
}; /** Exit numbers, the same for every command. Nothing but `--detailed-exitcode` and `drift` ever exits 2. */
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

/** What each number tells, for docs/errors.md. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done, or nothing to do',
  error: 'error in the state, while reading or planning; nothing changed',
  changes: 'changes or drift found, with `--detailed-exitcode` (`drift`: always); nothing else ever exits 2',
  unformatted: '`fmt --check` found work',
  stale: 'saved plan stale or expired; nothing changed',
  guard: 'blocked by a guard; nothing changed',
  unapproved: 'approval needed and not given; nothing changed',
  locked: 'locked, or another confirm is pending; nothing changed',
  rolledBack: 'apply failed; rolled back and verified',
  broken: 'apply failed and the end state is not known good: page a human',
  usage: 'wrong command line; nothing changed',
  permission: 'not permitted; nothing changed',
  interrupted: 'interrupted (SIGINT); the message says what state the firewall is in',
  terminated: 'terminated (SIGTERM); the message says what state the firewall is in',
};
