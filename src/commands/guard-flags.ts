import { Flags } from '@oclif/core';
import { GUARD_FLAGS, type GuardFlag } from '../core/guards/types.ts';

/** One flag for each guard; `--allow-empty` is a flag of every plan. */
export const guardFlags = {
  'allow-lockout': Flags.boolean({
    summary: 'Go on although the SSH connection that fw runs in is not proven to stay accepted.',
    env: 'FW_ALLOW_LOCKOUT',
  }),
  'allow-mass-removal': Flags.boolean({
    summary: 'Go on although more than half of a chain or a set is removed.',
    env: 'FW_ALLOW_MASS_REMOVAL',
  }),
  'allow-removal-in-use': Flags.boolean({
    summary: 'Go on although rules are removed that carry traffic.',
    env: 'FW_ALLOW_REMOVAL_IN_USE',
  }),
  'allow-foreign-removal': Flags.boolean({
    summary: 'Go on although rules or set entries are removed that fw has not made.',
    env: 'FW_ALLOW_FOREIGN_REMOVAL',
  }),
  'allow-unrehearsed': Flags.boolean({
    summary: 'Go on although a table cannot be rehearsed on a copy.',
    env: 'FW_ALLOW_UNREHEARSED',
  }),
};

/** The guards that the command line opens. */
export function allowedGuards(flags: Readonly<Record<string, unknown>>): ReadonlySet<GuardFlag> {
  return new Set(Object.values(GUARD_FLAGS).filter((flag) => flags[flag.slice(2)] === true));
}
