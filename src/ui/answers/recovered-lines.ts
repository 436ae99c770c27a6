import type { EndedConnections } from '../../core/connections/ended.ts';
import { endedLines } from './ended-lines.ts';

/** What they say of connections of an apply that was kept by a run which was cut off before it ended them. */
export function endedLaterLines({
  id,
  operator,
  ended,
}: {
  readonly id: string;
  readonly operator: string;
  readonly ended: EndedConnections;
}): readonly string[] {
  return [
    `The apply ${id} of ${operator} was kept, and fw was cut off before it had ended connections.`,
    ...endedLines(ended),
  ];
}

/** What `fw recover`, and an apply that recovers first, say of an apply that was brought back. `where` is what a command needs behind it, see `inFolder`. */
export function recoveredLines(
  run: {
    readonly id: string;
    readonly operator: string;
    readonly isUndone: boolean;
    readonly notes: readonly string[];
    readonly kept?: number;
  },
  where: string,
): readonly string[] {
  const what = `The apply ${run.id} of ${run.operator} had not ended.`;
  return [
    run.isUndone
      ? `${what} It is rolled back and verified.`
      : `${what} The machine was booted since, so nothing of it is live; its journal is closed. ${keptText(run.kept, where)}`,
    ...run.notes.map((note) => `  ${note}`),
  ];
}

function keptText(kept: number | undefined, where: string): string {
  return kept === undefined
    ? 'No generation is kept, so fw has nothing to load: fw apply makes the rules anew.'
    : `fw rollback --to last${where} loads generation ${kept}, the newest that is kept.`;
}
