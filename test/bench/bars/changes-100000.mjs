import { applyLimit, measureChanges } from '../support/changes.mjs';

export const title = 'ten changes of 100,000 rules in 4 chains: apply beside the bare tools';

export function run(bench) {
  return measureChanges(bench, { count: 100_000, chains: 4, limits: { apply: applyLimit(2, 300) }, hasPlans: false });
}
