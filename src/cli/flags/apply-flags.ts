import { Flags } from '@oclif/core';
import type { ApplyStateOptions } from '../../app/apply/apply.ts';
import { CONNECTION_WISHES, type ConnectionWish } from '../../core/connections/wish.ts';
import type { TrafficDetail } from '../../ui/traffic/print-traffic.ts';
import { wireHost, wireOperator } from '../../wire/wire.ts';
import type { Run } from '../output/run.ts';
import { approvalFlags } from './approval-flags.ts';
import { durationFlag } from './duration.ts';
import { guardFlags } from './guard-flags.ts';
import { keepFlag } from './keep-flag.ts';
import { planFlags } from './plan-flags.ts';

/** Flags of every command that changes live rules by a plan. */
export const applyFlags = {
  ...planFlags,
  ...guardFlags,
  ...approvalFlags,
  ...keepFlag,
  confirm: durationFlag({
    summary: 'Roll back by itself unless fw confirm is run within this time.',
    env: 'FW_CONFIRM',
    helpValue: 'DURATION',
  }),
  connections: Flags.option({
    summary: 'What becomes of running connections that the new rules would refuse; without it the state decides.',
    description:
      'end-refused ends exactly those, once the apply is kept: closes sockets of this host and deletes entries of conntrack. keep leaves them alone.',
    env: 'FW_CONNECTIONS',
    options: CONNECTION_WISHES,
  })(),
  'lock-timeout': durationFlag({
    summary: 'How long to wait for another fw to finish.',
    env: 'FW_LOCK_TIMEOUT',
    helpValue: 'DURATION',
  }),
};

export const destroyFlag = Flags.string({
  summary: 'Take out all that was applied in this namespace, in place of applying the state.',
  description:
    'A plan like any other, behind the guard for empty namespaces (--allow-empty). Whole tables that the state had for itself become what they were before fw. Files stay: the next apply of them brings the rules back.',
  helpValue: 'NAMESPACE',
});

export function applyOptions(
  flags: {
    readonly confirm: number | undefined;
    readonly 'lock-timeout': number | undefined;
    readonly traffic: TrafficDetail;
    readonly connections: ConnectionWish | undefined;
  },
  run: Run,
): Omit<ApplyStateOptions, 'make' | 'state'> {
  return {
    operator: wireOperator(),
    host: wireHost(),
    lockTimeoutSeconds: flags['lock-timeout'] ?? 0,
    withTraffic: flags.traffic !== 'none',
    confirmSeconds: flags.confirm,
    connections: flags.connections,
    stop: run.stop,
    beginWriting: () => run.beginWriting(),
  };
}
