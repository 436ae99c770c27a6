import { Flags } from '@oclif/core';
import type { PlanOptions } from '../../app/plan/make-plan.ts';
import { type SelectFlags, selectionOf } from './select-flags.ts';
import { givenValues, type ValueFlags } from './value-flags.ts';

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
    selection: selectionOf(flags),
    given: givenValues(flags),
  };
}
