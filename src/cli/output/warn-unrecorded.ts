import { warn } from './warn.ts';

/** The rules are back, and the disk does not take that down. `command` is what ends the journal later. */
export function warnUnrecorded(id: string, output: string, command: string): void {
  warn(
    `the journal of ${id} cannot be ended: ${output}. The rules are back all the same; once the disk takes it, run ${command} again.`,
  );
}
