import { applyLimit, measureChanges, PLAN_LIMITS } from '../support/changes.mjs';

export const title = 'ten changes of 10,000 rules in 200 chains: apply beside the bare tools, and plans';

export function run(bench) {
  return measureChanges(bench, { count: 10_000, chains: 200, limits: { ...PLAN_LIMITS, apply: applyLimit(1.5, 250) } });
}
