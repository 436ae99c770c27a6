/** Result of a program that was run. It never throws for a program that fails: the caller decides what that means. */
export type Ran = {
  /** -1 when the program did not end by itself: `problem` says why. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly problem?: 'missing' | 'timeout' | 'too-much-output' | 'killed' | 'no-room';
};
