import type { Screen } from '../../ui/screen/screen.ts';
import type { ScreenFacts } from '../../ui/text/tty.ts';

export type Run = {
  readonly screen: Screen;
  readonly facts: ScreenFacts;
  /** Aborted by Ctrl-C, SIGINT or SIGTERM, with the error that the run must end with. */
  readonly stop: AbortSignal;
  /**
   * From now on a signal no longer ends the run at once: what was begun is finished or undone first. A second one ends it all the same, with `left`: what becomes of
   * what was begun. Without it that goes back by the watchdog, or by fw recover.
   */
  readonly beginWriting: (left?: string) => void;
};
