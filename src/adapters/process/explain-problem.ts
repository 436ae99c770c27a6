import type { Ran } from '../../ports/ports.ts';
import { longestSeconds } from './limit-time.ts';

/** For the reader of a program's output: a program that was stopped printed nothing about that. */
export function explain(problem: Ran['problem'] & string, file: string, args: readonly string[] = []): string {
  const inner = args.indexOf('--') + 1;
  const program = inner > 0 ? (args[inner] ?? file) : file;
  return `${program}: ${PROBLEMS[problem]}\n`;
}

const PROBLEMS = {
  missing: 'is not there, or may not be run',
  timeout: 'did not end in time and was killed',
  'too-much-output': 'printed more than 256 MB and was killed',
  killed: 'was killed',
  'no-room': 'could not be started: too few file descriptors (ulimit -n) or too little memory',
} as const;

export function tooLate(file: string): string {
  return `${file} did not answer within ${longestSeconds()} s`;
}

export function problemOf(result: {
  readonly isTerminated: boolean;
  readonly code?: string | undefined;
}): Ran['problem'] {
  if (result.code === 'ENOENT' || result.code === 'EACCES') return 'missing';
  if (['EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE'].includes(result.code ?? '')) return 'no-room';
  return result.isTerminated ? 'killed' : undefined;
}
