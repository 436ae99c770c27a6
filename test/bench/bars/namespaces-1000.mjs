import { applyEverywhere } from '../support/apply-everywhere.mjs';

export const title = 'plan and apply of one rule in each of 1,000 namespaces of 50 rules, both families';

/** The apply is measured once, since it takes long, after the plan has read and proven everything. */
export function run(bench) {
  return applyEverywhere(bench, { count: 1_000, rounds: 1, warm: false, plans: Math.min(2, bench.rounds(2)) });
}
