import type { TableStep } from './types.ts';

/** Names a rule by where it stands and what it says. Rules of equal text in one chain have the same key. */
export function ruleKey(place: Pick<TableStep, 'namespace' | 'family' | 'table'>, chain: string, text: string): string {
  const { namespace, family, table } = place;
  return JSON.stringify([namespace.kind === 'host' ? '' : namespace.name, family, table, chain, text]);
}
