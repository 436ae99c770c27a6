import type { PlannedTest } from '../../core/desired/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { judgeTests } from '../../core/flow-tests/judge-tests.ts';
import { PROVERS } from '../../core/flow-tests/provers.ts';
import { testsOf } from '../../core/flow-tests/reachable-tests.ts';
import { testedFirewalls } from '../../core/flow-tests/tested-firewalls.ts';
import type { TestResult } from '../../core/flow-tests/types.ts';
import { LIMITS } from '../../core/limits.ts';
import { parseSnapshotFile } from '../../core/snapshot/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { machineRules, snapshotRules } from '../live/live-source.ts';
import { loadPlanFile } from '../plan/load-plan-file.ts';
import { planOfFile } from '../plan/plan-of-file.ts';
import { loadDesired } from '../state/load-desired.ts';
import type { GivenValues } from '../state/load-values.ts';
import { plannedPromises } from './planned-tests.ts';
import { subjectOfState } from './test-desired.ts';
import { subjectOfRules } from './test-live.ts';
import type { TestSubject } from './types.ts';

export type TestOptions = {
  /** Undefined where only the tests of files are asked, of rules that are there. */
  readonly state: string | undefined;
  readonly allowEmpty: boolean;
  readonly given?: GivenValues;
  /** Files that have tests and declare nothing. */
  readonly files: readonly string[];
  /** Which rules: those that the state asks for, unless one of these is given. */
  readonly plan?: string | undefined;
  readonly snapshot?: string | undefined;
  readonly live: boolean;
};

export type Tested = Omit<TestSubject, 'firewalls'> & { readonly results: readonly TestResult[] };

/** Judges the tests of a state and of files by the rules that are meant. Throws where either cannot be read, and `usage` where there is no test. */
export async function runTests(ports: Ports, options: TestOptions): Promise<Tested> {
  const extra = await Promise.all(options.files.map((path) => testsOfFile(ports, path)));
  const tests = extra.flatMap((one) => one.tests);
  const subject = await subjectOf(ports, options, tests);
  const all = [...subject.tests, ...tests];
  if (all.length === 0) {
    throw new FwError('usage', 'there are no tests', {
      next: 'Write `tests:` into the state, or name a file of tests. docs/tests.md shows how.',
    });
  }
  const { firewalls, ...rest } = subject;
  const sources = new Map([...subject.sources, ...extra.flatMap((one) => [...one.sources])]);
  const results = judgeTests(all, firewalls, { provers: PROVERS, nodes: LIMITS.proofNodes.most });
  return { ...rest, tests: all, sources, results };
}

async function subjectOf(
  ports: Ports,
  { plan, snapshot, live, ...options }: TestOptions,
  extra: readonly PlannedTest[],
): Promise<TestSubject> {
  if ([plan !== undefined, snapshot !== undefined, live].filter(Boolean).length > 1) {
    throw new FwError('usage', 'give one of --plan, --snapshot and --live');
  }
  if (plan !== undefined) return subjectOfPlan(ports, plan);
  const rules = { ...options, extra };
  if (live) return subjectOfRules(ports, machineRules(ports), { ...rules, about: 'the live rules' });
  const { state } = options;
  if (snapshot === undefined) return subjectOfState(ports, { ...options, state: state ?? 'state' });
  const file = parseSnapshotFile(snapshot, await ports.planFiles.read(snapshot));
  const source = snapshotRules(snapshot, file, await ports.kernel.nftVersions());
  return subjectOfRules(ports, source, { ...rules, about: `the rules in ${snapshot}` });
}

/** What a saved plan makes of the live rules, by the tests that it carries. */
async function subjectOfPlan(ports: Ports, path: string): Promise<TestSubject> {
  const made = await planOfFile(ports, path, await loadPlanFile(ports, path));
  return {
    about: `the rules after ${path}`,
    tests: testsOf(made),
    firewalls: testedFirewalls(made.plan, made.live, undefined),
    sources: made.sources,
    warnings: made.warnings,
  };
}

async function testsOfFile(ports: Ports, path: string) {
  const { desired, sources } = await loadDesired(ports, { path, allowEmpty: true, existing: undefined });
  if (desired.namespaces.length > 0) {
    throw new FwError('usage', `${path} declares rules, so it is no file of tests`, {
      next: 'Give it with --state, or write `kind: tests` at its top where it has tests alone.',
    });
  }
  return { tests: testsOf(plannedPromises(desired, sources)), sources };
}
