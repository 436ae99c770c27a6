import { Flags } from '@oclif/core';
import { KEPT_GENERATIONS, KEPT_RECEIPTS } from '../../core/generation/expired.ts';

/** For every command that makes a generation. */
export const keepFlag = {
  keep: Flags.integer({
    summary: 'How many of the newest generations stay.',
    description:
      'Older ones go some at a time. Whatever it says there stay generation 0, the last that a person confirmed, and of each state its newest 10, or as many as this where that is fewer. Every generation also has a receipt, of which 1,000 stay.',
    env: 'FW_KEEP',
    default: KEPT_GENERATIONS,
    min: 1,
    max: KEPT_RECEIPTS,
    helpValue: 'N',
  }),
};
