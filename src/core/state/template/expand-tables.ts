import type { Span } from '../../diagnostics/span.ts';
import type { TableName } from '../../rules/types.ts';
import { isUse } from '../as-written/template.ts';
import type { ReadRule, WrittenChain, WrittenItem, WrittenTable, WrittenUse } from '../as-written/written.ts';
import { checkChain } from '../rule/check-chain.ts';
import { readRule } from '../rule/read-rule.ts';
import { expandText } from '../values/expand-text.ts';
import { type Expanding, isWanted, type Place, spanAt, takeFrom } from '../values/expanding.ts';
import { enterTemplate } from './enter-template.ts';

type Written = { readonly uses: readonly WrittenUse[]; readonly tables: readonly WrittenTable<WrittenItem>[] };

/** Tables with everything written out: those of the templates that are used first, in order, then the own ones. */
export function expandTables(expanding: Expanding, written: Written, place: Place): readonly WrittenTable<ReadRule>[] {
  const tables = new Map<TableName, { name: TableName; span: Span; chains: WrittenChain<ReadRule>[] }>();
  addTables(expanding, written, place, (name, span) => {
    const table = tables.get(name) ?? { name, span, chains: [] };
    tables.set(name, table);
    return table.chains;
  });
  return [...tables.values()];
}

type Chains = (name: TableName, span: Span) => WrittenChain<ReadRule>[];

function addTables(expanding: Expanding, { uses, tables }: Written, place: Place, chainsOf: Chains): void {
  for (const use of uses) {
    if (!takeFrom(expanding, 'uses', 1, use.template.span)) return;
    const entered = enterTemplate(expanding, use, place, 'tables');
    if (entered !== undefined) addTables(expanding, entered.template, entered.place, chainsOf);
  }
  for (const table of tables) {
    const chains = chainsOf(table.name, spanAt(table.span, place));
    for (const chain of table.chains) chains.push(...expandChain(expanding, table.name, chain, place));
  }
}

function expandChain(
  expanding: Expanding,
  table: TableName,
  chain: WrittenChain<WrittenItem>,
  place: Place,
): readonly WrittenChain<ReadRule>[] {
  const { when, ...rest } = chain;
  if (!isWanted(expanding, when, place)) return [];
  const span = spanAt(chain.span, place);
  const name = expandText({ text: chain.name, span, exact: true }, place.scope);
  expanding.diagnostics.push(...name.diagnostics);
  if (name.text === undefined) return [];
  const rules: ReadRule[] = [];
  addItems(expanding, chain.rules, place, rules);
  const policy =
    chain.policy === undefined ? {} : { policy: { ...chain.policy, span: spanAt(chain.policy.span, place) } };
  const made = { ...rest, name: name.text, span, ...policy, rules };
  expanding.diagnostics.push(...checkChain(expanding.head, table, made));
  return [made];
}

function addItems(expanding: Expanding, items: readonly WrittenItem[], place: Place, rules: ReadRule[]): void {
  for (const item of items) {
    if (isUse(item)) {
      if (!takeFrom(expanding, 'uses', 1, item.template.span)) return;
      const entered = enterTemplate(expanding, item, place, 'rules');
      if (entered !== undefined) addItems(expanding, entered.template.rules ?? [], entered.place, rules);
    } else if (isWanted(expanding, item.when, place)) {
      const read = readRule(item, { family: expanding.head.family, values: place.scope, calls: place.calls });
      expanding.diagnostics.push(...read.diagnostics);
      const isPlain = place.calls.length === 0 && read.rules.length === 1;
      if (!isPlain && !takeFrom(expanding, 'rules', read.rules.length, item.span)) return;
      for (const rule of read.rules) rules.push(rule);
    }
  }
}
