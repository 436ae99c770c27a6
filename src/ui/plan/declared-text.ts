import type { Generation } from '../../core/generation/types.ts';
import { type DeclaredDocument, declaredDocuments } from '../../core/report/declared-document.ts';
import type { Family } from '../../core/rules/types.ts';
import { familiesText } from '../text/families-text.ts';
import { nameList } from '../text/name-list.ts';
import { quantity } from '../text/quantity.ts';

/**
 * What becomes the generation, a text for each kind of namespace: who owns which tables in what way, and how much is declared there. Not cleaned
 * yet.
 */
export function declaredTexts(namespaces: Generation['namespaces']): readonly string[] {
  const alike = new Map<string, string[]>();
  for (const one of declaredDocuments(namespaces)) {
    const text = describe(one);
    alike.set(text, [...(alike.get(text) ?? []), one.namespace]);
  }
  return [...alike].map(([text, names]) => `${nameList(names)}: ${text}`);
}

function describe({ owners, tables, sets }: DeclaredDocument): string {
  const ways = new Map<string, Map<string, Family[]>>();
  for (const { family, table, ownership, owner, hook, keep } of tables) {
    const way = ownership === 'shared' ? `${owner} (hooks ${hook})` : `everything${keepText(keep ?? [])}`;
    const found = ways.get(way) ?? new Map<string, Family[]>();
    ways.set(way, found.set(table, [...(found.get(table) ?? []), family]));
  }
  const named = new Set(tables.map(({ owner }) => owner));
  const parts = [
    ...[...ways].map(([way, places]) => `${way} in ${placesText(places)}`),
    ...owners.filter((owner) => !named.has(owner)).map((owner) => `${owner} (nothing)`),
  ];
  const sum = (key: 'rules' | 'chains') => tables.reduce((all, table) => all + table[key], 0);
  const policies = new Map<string, Map<string, Family[]>>();
  for (const { family, table, policies: own } of tables) {
    for (const [chain, policy] of Object.entries(own)) {
      const found = policies.get(`${chain} ${policy}`) ?? new Map<string, Family[]>();
      policies.set(`${chain} ${policy}`, found.set(table, [...(found.get(table) ?? []), family]));
    }
  }
  const counts = [
    ...[...policies].map(([policy, places]) => `policy ${policy} in ${placesText(places)}`),
    `${quantity(sum('rules'), 'rule')} in ${quantity(sum('chains'), 'chain')}`,
    ...(sets.length === 0 ? [] : [`${quantity(sets.length, 'set')}: ${sets.map(setText).join(', ')}`]),
  ];
  return [...parts, ...counts].join('; ');
}

function setText({ declared, entries, options }: DeclaredDocument['sets'][number]): string {
  if (entries !== null) return `${declared} (${quantity(entries, 'entry', 'entries')})`;
  const ours = options === null ? 'all options' : options.length === 0 ? 'no options' : options.join(' ');
  return `${declared} (others fill it; of us: ${ours})`;
}

function keepText(keep: readonly string[]): string {
  return keep.length === 0 ? '' : ` but ${keep.join(', ')}`;
}

function placesText(places: ReadonlyMap<string, readonly Family[]>): string {
  return [...places].map(([table, families]) => `${table} ${familiesText(families)}`).join(', ');
}
