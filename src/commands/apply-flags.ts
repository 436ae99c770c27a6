import { Flags } from '@oclif/core';
import { durationFlag } from './duration.ts';
import { planFlags } from './plan-flags.ts';

/** Flags of every command that changes live rules by a plan. */
export const applyFlags = {
  ...planFlags,
  'auto-approve': Flags.boolean({ summary: 'Do not ask. Guards still stop.', env: 'FW_AUTO_APPROVE' }),
  confirm: durationFlag({
    summary: 'Roll back by itself unless fw confirm is run within this time.',
    env: 'FW_CONFIRM',
    helpValue: 'DURATION',
  }),
  'lock-timeout': durationFlag({
    summary: 'How long to wait for another fw to finish.',
    env: 'FW_LOCK_TIMEOUT',
    helpValue: 'DURATION',
  }),
};
