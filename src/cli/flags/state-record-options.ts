import type { RecordOptions } from '../../app/generations/record-states.ts';
import { endedLaterLines, recoveredLines } from '../../ui/answers/recovered-lines.ts';
import { wireOperator } from '../../wire/wire.ts';
import type { Run } from '../output/run.ts';

/** For commands that change the record of the states and no live rule. */
export function recordOptions(
  flags: { readonly json: boolean; readonly 'lock-timeout': number | undefined },
  { screen }: Pick<Run, 'screen'>,
  { label, where }: { readonly label: string; readonly where: string },
): RecordOptions {
  return {
    label,
    operator: wireOperator(),
    lockTimeoutSeconds: flags['lock-timeout'] ?? 0,
    recovered: ({ rolledBack, ended }) => {
      if (!flags.json)
        screen.printLines([
          ...rolledBack.flatMap((run) => recoveredLines(run, where)),
          ...ended.flatMap(endedLaterLines),
        ]);
    },
  };
}
