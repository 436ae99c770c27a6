import { applyLimit, measureChanges } from '../support/changes.mjs';

export const title = 'ten changes of 10,000 rules in 200 chains, legacy backend: apply beside the bare tools';

export function run(bench) {
  return measureChanges(bench, {
    count: 10_000,
    chains: 200,
    backend: 'legacy',
    limits: { apply: applyLimit(2, 250) },
    hasPlans: false,
  });
}
