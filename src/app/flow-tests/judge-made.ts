import { createLocator } from '../../core/diagnostics/locate.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { judgeTests } from '../../core/flow-tests/judge-tests.ts';
import { PROVERS } from '../../core/flow-tests/provers.ts';
import { testsOf } from '../../core/flow-tests/reachable-tests.ts';
import { testedFirewalls } from '../../core/flow-tests/tested-firewalls.ts';
import type { TestResult } from '../../core/flow-tests/types.ts';
import { LIMITS } from '../../core/limits.ts';
import type { MadePlan } from '../plan/make-plan.ts';

/** What comes of the tests of a plan, and of the flows that must get through, by the rules after it. */
export function judgeMade(made: MadePlan): readonly TestResult[] {
  const { plan, live, sources } = made;
  const tests = testsOf(made);
  if (tests.length === 0) return [];
  // A saved plan comes without the files that it was made from.
  const originOf = sources.size === 0 ? undefined : createOrigin(createLocator(sources));
  return judgeTests(tests, testedFirewalls(plan, live, originOf), {
    provers: PROVERS,
    nodes: LIMITS.proofNodes.most,
  });
}
