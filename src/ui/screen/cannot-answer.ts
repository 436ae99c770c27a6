import { FwError } from '../../core/diagnostics/errors.ts';
import type { NotAsked } from '../text/tty.ts';

const NEXT = 'or pass --auto-approve.';

/** Reasons and remedies. With a wrong one people look for a fault in their terminal. */
const REASONS: Readonly<Record<NotAsked, { readonly why: string; readonly next: string }>> = {
  'no-input': {
    why: '--no-input (or FW_NO_INPUT) forbids to ask',
    next: `Leave it out and answer yes at a terminal, ${NEXT}`,
  },
  json: { why: 'with --json nobody is asked', next: `Leave --json out and answer yes at a terminal, ${NEXT}` },
  ci: {
    why: 'CI or CONTINUOUS_INTEGRATION is set, so nobody is asked',
    next: `Unset it (env -u CI -u CONTINUOUS_INTEGRATION) and answer yes at a terminal, ${NEXT}`,
  },
  'no-terminal': {
    why: 'there is no terminal to ask at',
    next: `Run at a terminal and answer yes (over ssh: ssh -t), ${NEXT}`,
  },
  stdout: {
    why: 'standard output is no terminal',
    next: `Run without | and > behind the command and answer yes, ${NEXT}`,
  },
  stdin: {
    why: 'standard input is no terminal',
    next: `Run without | before and < behind the command and answer yes (over ssh: ssh -t), ${NEXT}`,
  },
};

/** What a question ends with where no person can be asked, with the true reason. */
export function cannotAnswer(notAsked: NotAsked = 'no-terminal', what = 'this'): FwError {
  const { why, next } = REASONS[notAsked];
  return new FwError('apply.unapproved', `${what} needs a yes, and ${why}`, { next });
}
