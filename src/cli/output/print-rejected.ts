import type { Rejected } from '../../app/recover/reject.ts';
import { jsonText } from '../../core/text/json-text.ts';
import type { Run } from '../run/with-screen.ts';
import { warnUnrecorded } from './warn-unrecorded.ts';

/** What became of a pending apply that was rejected: it is back. */
export function printRejected(
  { screen }: Pick<Run, 'screen'>,
  rejected: Rejected,
  options: { readonly json: boolean; readonly where: string },
): void {
  const { id, why, isUndone, notes, unrecorded } = rejected;
  if (unrecorded !== undefined) warnUnrecorded(id, unrecorded, `fw confirm --reject ${id}${options.where}`);
  if (options.json) process.stdout.write(`${jsonText({ type: 'result', exit_code: 0, rolled_back: id, why })}\n`);
  else if (isUndone) screen.printLines([`The apply ${id} is rolled back and verified (${why}).`, ...notes]);
  else screen.printLines([`The machine was booted since: nothing of the apply ${id} is live.`]);
}
