import { measureFirst } from '../support/first.mjs';

export const title = 'first apply of 50,000 rules in 500 chains';

export function run(bench) {
  return measureFirst(bench, { count: 50_000, chains: 500 });
}
