import { hostname } from 'node:os';
import type { ApplyStateOptions } from '../../app/apply/apply.ts';
import type { Run } from '../output/run.ts';
import { approvalFlags } from './approval-flags.ts';
import { durationFlag } from './duration.ts';
import { guardFlags } from './guard-flags.ts';
import { operatorOf } from './operator.ts';
import { planFlags } from './plan-flags.ts';

/** Flags of every command that changes live rules by a plan. */
export const applyFlags = {
  ...planFlags,
  ...guardFlags,
  ...approvalFlags,
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

export function applyOptions(
  flags: { readonly confirm: number | undefined; readonly 'lock-timeout': number | undefined },
  run: Run,
): Omit<ApplyStateOptions, 'make' | 'state'> {
  return {
    operator: operatorOf(process.env),
    host: hostname(),
    lockTimeoutSeconds: flags['lock-timeout'] ?? 0,
    confirmSeconds: flags.confirm,
    stop: run.stop,
    beginWriting: run.beginWriting,
  };
}
