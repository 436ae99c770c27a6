import type { Table } from '../rules/types.ts';

/** Texts of all rules of some tables. */
export function ruleTexts(tables: readonly (Table | undefined)[]): readonly string[] {
  return tables.flatMap((table) => (table?.chains ?? []).flatMap(({ rules }) => rules.map(({ text }) => text)));
}
