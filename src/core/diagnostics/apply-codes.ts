import type { RunCode } from './exit-numbers.ts';
import { EXIT } from './exit-numbers.ts';

/** What ends an apply, and the runs that write files or records. */
export const APPLY_CODES = {
  'plan.guard': {
    title: 'A guard is closed',
    exit: EXIT.guard,
    next: 'Read the guard; the flag that opens it is named there.',
  },
  'apply.unapproved': {
    title: 'No yes was given',
    exit: EXIT.unapproved,
    next: 'Run at a terminal and answer yes, or pass --auto-approve.',
  },
  'apply.over-limit': {
    title: 'The plan reaches further than --approve-up-to allows',
    exit: EXIT.unapproved,
    next: 'Have the changes above reviewed, and apply with --approved, a saved plan, or --auto-approve.',
  },
  'apply.not-approved': {
    title: 'The plan is not one that was approved',
    exit: EXIT.unapproved,
    next: 'Have the transitions above reviewed (fw plan --out, fw show), and name their approval with --approved.',
  },
  'apply.pending': {
    title: 'Another apply waits to be confirmed',
    exit: EXIT.locked,
    next: 'Keep the pending apply with fw confirm, take it back with fw confirm --reject, or wait until it goes back.',
  },
  'apply.other-folder': {
    title: 'An apply that another data folder keeps has not ended in the same network namespace',
    exit: EXIT.locked,
    next: 'Wait until it has ended, or end it with its own data folder. Then run again.',
  },
  'apply.elsewhere': {
    title:
      'An unfinished apply was made in another network namespace, in one that was made anew, or on another machine',
    exit: EXIT.locked,
    next: 'Run fw recover where that apply was made. If that is gone for good: fw recover --forget ID.',
  },
  'apply.no-watchdog': {
    title: 'The process that would take the apply back does not start',
    exit: EXIT.error,
    next: 'See why fw watchdog does not start.',
  },
  'apply.not-pending': {
    title: 'No apply waits to be confirmed, or not the one that was named',
    exit: EXIT.error,
    next: 'See fw status.',
  },
  'run.locked': {
    title: 'Another run of fw holds the lock',
    exit: EXIT.locked,
    next: 'Wait for the other run, or pass --lock-timeout.',
  },
  'run.lock-lost': {
    title: 'The lock of this run was taken away',
    exit: EXIT.locked,
    next: 'See who removed or replaced the lock file of the data folder, then run again.',
  },
  'apply.moved': {
    title: 'Others changed the live rules while fw was working',
    exit: EXIT.error,
    next: 'Run again: live rules changed while fw was working.',
  },
  'apply.not-owned': {
    title: 'The plan would change chains of others',
    exit: EXIT.error,
    next: 'Make the plan again from the state: it says that chains belong to others, and changes them.',
  },
  'apply.not-begun': {
    title: 'The apply failed before it wrote anything to the kernel',
    exit: EXIT.error,
    next: 'Read what failed above, correct it, and run again.',
  },
  'apply.rolled-back': {
    title: 'The apply failed, and everything is as it was before',
    exit: EXIT.rolledBack,
    next: 'Read what failed above, correct it, and run again.',
  },
  'apply.check-failed': {
    title: 'A check of the state failed, and everything is as it was before',
    exit: EXIT.rolledBack,
    next: 'See what the check tried; correct the rules, or the check, and run again.',
  },
  'apply.broken': {
    title: 'The apply failed, and it is not proven that everything is as it was before',
    exit: EXIT.broken,
    next: 'Page a human: compare the live rules with the journal named above.',
  },
  'run.interrupted': { title: 'The run was interrupted', exit: EXIT.interrupted, next: 'Run again when ready.' },
  'run.terminated': { title: 'The run was asked to end', exit: EXIT.terminated, next: 'Run again when ready.' },
  'import.nothing': {
    title: 'There are no rules to import',
    exit: EXIT.error,
    next: 'Name other namespaces with --namespace.',
  },
  'import.exists': {
    title: 'A file that the import would write exists',
    exit: EXIT.error,
    next: 'Name another folder with --state, or move the file away.',
  },
  'import.unwritable': {
    title: 'The imported files cannot be written',
    exit: EXIT.error,
    next: 'Name a folder that you may write to with --state.',
  },
  'import.differs': {
    title: 'The imported state would not make the rules that are live',
    exit: EXIT.error,
    next: 'Report this with the rules above; write that table by hand for now.',
  },
  'init.exists': {
    title: 'A file that `fw init` would write exists',
    exit: EXIT.error,
    next: 'Name another folder, or move the files away; nothing is ever overwritten.',
  },
  'init.unwritable': {
    title: 'The new state cannot be written',
    exit: EXIT.error,
    next: 'Name a folder that you may write to.',
  },
  'generation.missing': { title: 'There is no such generation', exit: EXIT.error, next: 'See fw history.' },
  'generation.unreadable': {
    title: 'The file of a generation cannot be read',
    exit: EXIT.error,
    next: 'Put the file back from a backup. Without it, move it out of the folder: then the one before it counts as the newest.',
  },
  usage: { title: 'The command line is wrong', exit: EXIT.usage, next: 'See --help.' },
  'internal.bug': {
    title: 'fw has a fault',
    exit: EXIT.error,
    next: 'Report this with the command line and the text above.',
  },
} as const satisfies Readonly<Record<string, RunCode>>;
