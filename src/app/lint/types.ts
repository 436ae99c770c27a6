import type { BackendChoice } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import type { LintResult } from '../../core/lint-findings/types.ts';
import type { Selection } from '../../core/selection/types.ts';
import type { GivenValues } from '../state/load-values.ts';

export type LintRunOptions = {
  readonly state: string;
  readonly allowEmpty: boolean;
  readonly given?: GivenValues;
  readonly live: boolean;
  /** Of the live rules. */
  readonly backend: BackendChoice;
  /** Which namespaces; with `live` the host unless some are named. */
  readonly selection: Selection;
  /** Of live rules: those that were not hit for so many days are told. */
  readonly days: number;
};

export type LintRun = LintResult & {
  /** What was judged, in words that end a sentence. */
  readonly about: string;
  readonly sources: Sources;
  readonly warnings: readonly Diagnostic[];
};
