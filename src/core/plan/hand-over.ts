import { diffTable } from '../diff/diff-table.ts';
import type { Ownership } from '../ownership/ownership.ts';
import type { Transaction } from '../restore/edit.ts';
import { hashlimitsOf, underTemporaryName } from '../rule-text/hashlimit.ts';
import type { Table, TableName } from '../rules/types.ts';
import { type CompileOptions, compile } from './compile-edits.ts';

/*
 * The kernel keeps the settings of a hashlimit table for as long as any rule names it, and a commit makes its new rules before it drops the old
 * ones: a rule with another rate under the same name gets the old rate. So such a change takes two commits. The first gives the rules that hold
 * the table a temporary name, which frees the wanted one; the second makes the wanted rules. Both are in one restore text. A packet always
 * meets a limit: between the two it is that of before, with full buckets. Measured in test/kernel/hashlimit.test.ts.
 */

/** One table of a family of a namespace on its way. */
export type Passage = {
  readonly from: Table | undefined;
  readonly to: Table | undefined;
  readonly ownership: Ownership;
};

/**
 * The hashlimit tables that get other settings. All tables that change in one family of a namespace are looked at together, since a name means the
 * same in each of them. One that a rule of another program holds cannot be freed, and where the wanted rules disagree nothing is to be had.
 */
export function namesToHandOver(passages: readonly Passage[]): ReadonlySet<string> {
  const names = new Map<string, { readonly old: Set<string>; readonly fresh: Set<string>; isFree: boolean }>();
  const entry = (name: string) => {
    const known = names.get(name) ?? { old: new Set(), fresh: new Set(), isFree: true };
    names.set(name, known);
    return known;
  };
  for (const { from, to, ownership } of passages) {
    for (const { chain, name, settings } of holders(from)) {
      entry(name).old.add(settings);
      if (!ownership.ownsChain(chain)) entry(name).isFree = false;
    }
    for (const { name, settings } of holders(to)) entry(name).fresh.add(settings);
  }
  return new Set(
    [...names].flatMap(([name, { old, fresh, isFree }]) => {
      const [wanted] = fresh;
      const differs = wanted !== undefined && [...old].some((settings) => settings !== wanted);
      return isFree && fresh.size === 1 && differs ? [name] : [];
    }),
  );
}

function holders(table: Table | undefined) {
  return (table?.chains ?? []).flatMap(({ name: chain, rules }) =>
    rules
      .filter(({ text }) => text.includes('--hashlimit-name '))
      .flatMap(({ text }) => hashlimitsOf(text).map((hashlimit) => ({ chain, ...hashlimit }))),
  );
}

/**
 * The transactions from one state of a table to another, which hand these names over: none when nothing changes, two where a name is handed over.
 * Throws as `compile` does.
 */
export function compileHandOver(
  name: TableName,
  { from, to, ownership }: Passage,
  backend: CompileOptions['backend'],
  names: ReadonlySet<string>,
): readonly Transaction[] {
  const between = renamed(from, names);
  const way = (before: Table | undefined, after: Table | undefined): readonly Transaction[] => {
    const edits = compile(diffTable(name, before, after), { backend, ownership, before });
    return edits === undefined ? [] : [edits];
  };
  return between === from ? way(from, to) : [...way(from, between), ...way(between, to)];
}

/** The first of the two transactions alone; undefined where the table holds none of the names. */
export function freeingEdits(
  name: TableName,
  { from, ownership }: Passage,
  backend: CompileOptions['backend'],
  names: ReadonlySet<string>,
): Transaction | undefined {
  return compile(diffTable(name, from, renamed(from, names)), { backend, ownership, before: from });
}

/** The same table, its rules under temporary names; the very same where it holds none of them. */
function renamed(table: Table | undefined, names: ReadonlySet<string>): Table | undefined {
  if (table === undefined || names.size === 0) return table;
  let isChanged = false;
  const chains = table.chains.map((chain) => ({
    ...chain,
    rules: chain.rules.map((rule) => {
      const text = underTemporaryName(rule.text, (name) => names.has(name));
      isChanged ||= text !== rule.text;
      return text === rule.text ? rule : { ...rule, text };
    }),
  }));
  return isChanged ? { ...table, chains } : table;
}

/** What to tell about a table whose rules get hashlimit tables that are made anew. */
export function handOverNotes(goal: Table, names: ReadonlySet<string>): readonly string[] {
  const made = new Set(holders(goal).flatMap(({ name }) => (names.has(name) ? [name] : [])));
  return [...made].map((name) => `hashlimit ${name}: made anew with its new settings, so its buckets start full`);
}
