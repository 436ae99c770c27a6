import { createHash } from 'node:crypto';
import { TABLES } from '../rules/builtin.ts';
import { digestTable } from '../rules/digest.ts';
import type { Ruleset, TableName } from '../rules/types.ts';
import { LISTING_FORM } from './listing.ts';

/** One digest for what these tables of a ruleset say about packets, as these programs say it. Hex digits. */
export function digestRuleset(ruleset: Ruleset, programs: string, about: readonly TableName[] = TABLES): string {
  const tables = new Map(ruleset.tables.map((table) => [table.name, table]));
  const digests = TABLES.map((name) => (about.includes(name) ? digestTable(tables.get(name), name) : null));
  return createHash('sha256')
    .update(JSON.stringify([LISTING_FORM, programs, ruleset.family, digests]))
    .digest('hex');
}
