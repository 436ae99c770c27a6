import { measureFirst } from '../support/first.mjs';

export const title = 'first apply of 10,000 rules in 200 chains';

export function run(bench) {
  return measureFirst(bench, { count: 10_000, chains: 200 });
}
