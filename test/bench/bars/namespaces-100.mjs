import { applyEverywhere } from '../support/apply-everywhere.mjs';

export const title = 'apply of one rule in each of 100 namespaces of 50 rules, both families';

export function run(bench) {
  return applyEverywhere(bench, { count: 100, rounds: bench.rounds(9), warm: true, plans: 0 });
}
