import { Flags } from '@oclif/core';
import type { PlanOptions } from '../../app/plan/make-plan.ts';
import { TRAFFIC_DETAILS } from '../../ui/traffic/print-traffic.ts';
import { type SelectFlags, selectionOf } from './select-flags.ts';
import { givenValues, type ValueFlags } from './value-flags.ts';

/** Of every command that shows a plan. */
export const trafficFlag = Flags.option({
  summary: 'How much to say about the traffic that a plan opens and closes.',
  description:
    'summary shows the first of what changes on each path, full all that is known; programs get the same with both. none asks nothing and says nothing: ' +
    'guards and classes do not depend on it.',
  env: 'FW_TRAFFIC',
  options: TRAFFIC_DETAILS,
  default: 'summary' as const,
})();

/** Flags of every command that makes a plan. */
export const planFlags = {
  'allow-empty': Flags.boolean({
    summary: 'Accept a state that declares nothing.',
    description: 'Without it an empty or missing state is an error, never an order to remove everything.',
    env: 'FW_ALLOW_EMPTY',
  }),
  context: Flags.integer({
    summary: 'Unchanged rules shown on each side of a change.',
    env: 'FW_CONTEXT',
    default: 2,
    min: 0,
    max: 1000,
    helpValue: 'N',
  }),
  full: Flags.boolean({
    summary: 'Show every changed rule and every namespace, however many there are.',
    env: 'FW_FULL',
  }),
  traffic: trafficFlag,
};

export type PlanFlags = SelectFlags &
  ValueFlags & {
    readonly state: string;
    readonly 'state-name': string | undefined;
    readonly 'allow-empty': boolean;
    readonly context: number;
  };

export function planOptions(flags: PlanFlags): PlanOptions {
  const { state, context } = flags;
  return {
    state,
    stateName: flags['state-name'],
    allowEmpty: flags['allow-empty'],
    context,
    lints: true,
    selection: selectionOf(flags),
    given: givenValues(flags),
  };
}
