import type { RunResult } from '../../core/report/stream/result-event.ts';
import type { SummaryDocument } from '../../core/report/types.ts';

/**
 * Lines for the file that GITHUB_OUTPUT names. No value can hold a line end: they are numbers, flags and digests, and whatever else a digest
 * of a strange file holds is dropped.
 */
export function printGithubOutput(result: RunResult): string {
  const { changed, exitCode, transition, summary, generation, approval } = result;
  const way = transition === undefined ? '' : `${digits(transition.from)}..${digits(transition.to)}`;
  const counts =
    summary === undefined
      ? ''
      : `add ${summary.add}, change ${summary.change}, move ${summary.move}, remove ${summary.remove}${setsText(summary)}`;
  return [
    `changed=${changed}`,
    `exitcode=${exitCode}`,
    `transition=${way}`,
    `summary=${counts}`,
    `approval=${approval === undefined ? '' : `sha256:${digits(approval)}`}`,
    `class=${result.class ?? ''}`,
    `generation=${generation ?? ''}`,
    '',
  ].join('\n');
}

function setsText({ sets_added, sets_changed, sets_removed, entries_added, entries_removed }: SummaryDocument): string {
  const sets = sets_added + sets_changed + sets_removed;
  return sets === 0 ? '' : `, sets ${sets} (+${entries_added} -${entries_removed} entries)`;
}

function digits(digest: string): string {
  return digest.replace(/^sha256:/, '').replace(/[^0-9a-f]/g, '');
}
