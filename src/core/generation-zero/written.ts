import type { Generation } from '../generation/types.ts';
import { tableKey } from './extend-before.ts';
import type { Written } from './goal-before.ts';

/** What fw has declared in each table over some generations, by `tableKey`. */
export function writtenBy(generations: readonly Pick<Generation, 'namespaces'>[]): ReadonlyMap<string, Written> {
  const tables = new Map<string, Map<string, Set<string>>>();
  for (const { namespace, backend, claims } of generations.flatMap(({ namespaces }) => namespaces)) {
    for (const { family, table, chains } of claims) {
      const key = tableKey({ namespace, backend, family, table });
      const written = tables.get(key) ?? new Map<string, Set<string>>();
      tables.set(key, written);
      for (const { name, rules } of chains) {
        const texts = written.get(name) ?? new Set<string>();
        written.set(name, texts);
        for (const [text] of rules) texts.add(text);
      }
    }
  }
  return tables;
}
