import type { MadePlan } from '../app/make-plan.ts';
import { countChanges } from '../core/plan/count-changes.ts';
import { showPlan } from './show-plan.ts';
import type { Run } from './with-screen.ts';

/** The last lines of an apply: what was done, in the numbers of the plan, or that nothing had to be. */
export function printApplied({ screen, facts }: Run, made: MadePlan, options: { readonly json: boolean }): void {
  const { steps } = made.plan;
  const counts = countChanges(steps);
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ type: 'result', exit_code: 0, changed: steps.length > 0, summary: counts })}\n`,
    );
  } else if (steps.length === 0) {
    screen.printLines(showPlan(made, facts, { verb: 'fw apply', full: false, seconds: performance.now() / 1000 }));
  } else {
    const { add, change, move, remove, policies } = counts;
    const namespaces = new Set(steps.map(({ namespace }) => (namespace.kind === 'host' ? '' : namespace.name))).size;
    screen.printLines([
      `Applied and verified: ${add} added, ${change} changed, ${move} moved, ${remove} removed, ` +
        `${policies} ${policies === 1 ? 'policy' : 'policies'} set, in ${namespaces} ${namespaces === 1 ? 'namespace' : 'namespaces'}.`,
    ]);
  }
}
