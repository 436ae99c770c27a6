import type { Progress } from '../../core/plan/progress.ts';

/** How a question ended. A prompt that vanished is `interrupted`: nothing but the typed word is a yes. */
export type Answer = 'yes' | 'no' | 'interrupted';

/** What a run shows while it works. Everything it is given is printed in the order in which it was given. */
export type Screen = {
  report(progress: Progress): void;
  /** Lines for the permanent part, cleaned and coloured already, without line ends. */
  printLines(lines: readonly string[]): void;
  /** Asks for `word`, letter by letter; anything else is a no. Without a terminal it rejects with `apply.unapproved`. */
  ask(question: readonly string[], word: string): Promise<Answer>;
  /** Takes the live part away and resolves when all is written. A question still open ends as `interrupted`. */
  close(): Promise<void>;
};
