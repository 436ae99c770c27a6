import { applyLimit, measureChanges } from '../support/changes.mjs';

export const title = 'ten changes of 1,000 rules in 50 chains: apply beside the bare tools, and plans';

export function run(bench) {
  return measureChanges(bench, { count: 1_000, chains: 50, limits: { apply: applyLimit(1, 250) } });
}
