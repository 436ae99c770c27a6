import type { WhyBack } from '../../core/journal/types.ts';

/** Why an apply was rolled back, for people. */
export function whyBackText(why: WhyBack | undefined): string {
  return why === undefined ? 'rolled back' : `rolled back: ${WORDS[why]}`;
}

const WORDS: Readonly<Record<WhyBack, string>> = {
  failed: 'it failed',
  'check failed': 'a check failed',
  interrupted: 'interrupted',
  died: 'fw died',
  'not confirmed': 'not confirmed',
  rejected: 'rejected',
  booted: 'rebooted before it was confirmed',
};
