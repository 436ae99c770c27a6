import type { RunResult } from '../../core/stream/result-event.ts';

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
      : `add ${summary.add}, change ${summary.change}, move ${summary.move}, remove ${summary.remove}`;
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

function digits(digest: string): string {
  return digest.replace(/^sha256:/, '').replace(/[^0-9a-f]/g, '');
}
