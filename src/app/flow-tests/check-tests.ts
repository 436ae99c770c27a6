import type { DesiredState } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { expectationText, explainOutcome } from '../../core/flow-tests/explain.ts';
import { judgeTests } from '../../core/flow-tests/judge-tests.ts';
import { PROVERS } from '../../core/flow-tests/provers.ts';
import { testsOf } from '../../core/flow-tests/reachable-tests.ts';
import { testedFirewalls } from '../../core/flow-tests/tested-firewalls.ts';
import type { TestResult } from '../../core/flow-tests/types.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Plan } from '../../core/plan/types.ts';
import type { LiveNamespace } from '../../core/traffic/live-namespace.ts';
import type { LoadedState } from '../state/load-desired.ts';
import { plannedPromises } from './planned-tests.ts';

/** An error for each expectation of a state that its own rules, those of the plan, do not meet, a warning for one that only a machine can judge; at the place where it is written. */
export function checkTests(
  { desired, sources }: LoadedState,
  { plan, live }: { readonly plan: Plan; readonly live: readonly LiveNamespace[] },
): readonly Diagnostic[] {
  const tests = testsOf(plannedPromises(desired, sources));
  if (tests.length === 0) return [];
  const firewalls = testedFirewalls(plan, live, createOrigin(createLocator(sources)));
  const results = judgeTests(tests, firewalls, { provers: PROVERS, nodes: LIMITS.proofNodes.most });
  return results.filter(({ result }) => result.kind !== 'holds').map((one) => diagnose(one, desired));
}

function diagnose(one: TestResult, { tests, reachable }: DesiredState): Diagnostic {
  const test = tests[one.test - 1];
  const written = test?.expectations.find(
    ({ kind, path, flow }) => kind === one.kind && path === one.path && flow === one.flow,
  );
  const span = written?.span ?? test?.span ?? reachable[one.test - 1 - tests.length]?.span;
  const isOpen = one.result.kind === 'not-judged';
  return {
    severity: isOpen ? 'warning' : 'error',
    code: 'state.test-fails',
    message: `A test ${isOpen ? 'cannot be judged' : 'does not hold'}: ${expectationText(one)}`,
    ...(span === undefined ? {} : { span }),
    output: explainOutcome(one).join('\n'),
    outputOf: 'the proof',
    hint: 'fw test shows the packets. Correct the rules, or the test.',
  };
}
