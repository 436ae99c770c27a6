import type { PlannedTest } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import type { TestedFirewall } from '../../core/flow-tests/types.ts';

/** Rules, and the tests that are asked of them. */
export type TestSubject = {
  /** What is tested, in words that end a sentence: `the live rules`. */
  readonly about: string;
  readonly tests: readonly PlannedTest[];
  readonly firewalls: readonly TestedFirewall[];
  readonly sources: Sources;
  readonly warnings: readonly Diagnostic[];
};
