import { applyLimit, measureChanges, PLAN_LIMITS } from '../support/changes.mjs';

export const title = 'ten changes of 50,000 rules in 500 chains: apply beside the bare tools, and plans';

export function run(bench) {
  return measureChanges(bench, { count: 50_000, chains: 500, limits: { ...PLAN_LIMITS, apply: applyLimit(1.5, 300) } });
}
