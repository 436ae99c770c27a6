/** A problem at a place of a file that a person wrote, or a warning about what a run found. */
export type ProblemCode = {
  /** What is wrong, or what was found, in a few words. */
  readonly title: string;
  /** Whether it stops the run. `either`: some of its cases do. */
  readonly severity: 'error' | 'warning' | 'either';
  /** Why it matters, or what to write. */
  readonly why: string;
};
