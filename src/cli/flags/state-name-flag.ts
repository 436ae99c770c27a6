import { Flags } from '@oclif/core';
import { FwError } from '../../core/diagnostics/errors.ts';
import { isStateName, STATE_NAME } from '../../core/state/schema/state-name.ts';

/** Throws `usage` for what can be no name of a state, such as a path. */
export function checkStateName(text: string): string {
  if (isStateName(text)) return text;
  throw new FwError('usage', `"${text}" is no name of a state`, { next: `Write ${STATE_NAME.wants}.` });
}

const name = Flags.custom<string>({
  parse: async (text) => checkStateName(text),
  env: 'FW_STATE_NAME',
  helpValue: 'NAME',
});

/** What the state that is planned is called. */
export const stateNameFlag = name({
  summary: 'Name of the state, under which it is known wherever its files lie; `state:` in a document does the same.',
});

/** A state without a name of its own is called by its path. */
const known = Flags.custom<string>({ env: 'FW_STATE_NAME', helpValue: 'NAME' });

/** Which state a command is limited to. */
export const onlyStateFlag = known({
  summary:
    'Only this state of the data folder, by its name, or by its full path where it has none; all of them without it.',
});
