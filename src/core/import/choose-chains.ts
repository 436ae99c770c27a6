import { FwError } from '../diagnostics/errors.ts';
import { nearest } from '../diagnostics/nearest.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { isBuiltin } from '../rules/builtin.ts';
import { matchesGlob } from '../rules/matches-glob.ts';
import { type Chain, FAMILIES, type Family, type Ruleset, type Table, type TableName } from '../rules/types.ts';

type Rulesets = Readonly<Record<Family, Ruleset>>;

/**
 * The tables in which chains of these names are, and the other user chains there, which a document keeps for others by their names. A table that a
 * document declares has its built-in chains for itself, so those that are not chosen may hold nothing but jumps to what is kept: anything else is
 * refused. `foreign` are globs that are kept anyway. No names stand for all chains.
 */
export function chooseChains(
  rulesets: Rulesets,
  chosen: readonly string[] = [],
  foreign: readonly string[] = [],
): { readonly rulesets: Rulesets; readonly others: readonly string[] } {
  if (chosen.length === 0) return { rulesets, others: [] };
  const isChosen = (chain: string) => chosen.some((glob) => matchesGlob(glob, chain));
  const isForeign = (chain: string) => foreign.some((glob) => matchesGlob(glob, chain));
  const only = (ruleset: Ruleset): Ruleset => ({
    ...ruleset,
    tables: ruleset.tables.filter((table) =>
      table.chains.some((chain) => isChosen(chain.name) && saysSomething(table.name, chain)),
    ),
  });
  const left = { ipv4: only(rulesets.ipv4), ipv6: only(rulesets.ipv6) };
  const others = new Set<string>();
  for (const family of FAMILIES) {
    for (const table of left[family].tables) {
      const kept = keptIn(table, isChosen);
      checkBuiltins(family, table, isChosen, (chain) => kept.includes(chain) || isForeign(chain));
      for (const name of kept) if (!isForeign(name)) others.add(name);
    }
  }
  return { rulesets: left, others: [...others] };
}

/** Every table that is in use has its built-in chains, such as an INPUT: one that does nothing is not what a name is meant for. */
function saysSomething(table: TableName, { name, policy, rules }: Chain): boolean {
  return !isBuiltin(table, name) || rules.length > 0 || policy !== 'ACCEPT';
}

function keptIn(table: Table, isChosen: (chain: string) => boolean): readonly string[] {
  return table.chains.flatMap(({ name }) => (isBuiltin(table.name, name) || isChosen(name) ? [] : [name]));
}

function checkBuiltins(
  family: Family,
  table: Table,
  isChosen: (chain: string) => boolean,
  isKept: (chain: string) => boolean,
): void {
  for (const { name, rules } of table.chains) {
    if (!isBuiltin(table.name, name) || isChosen(name)) continue;
    const own = rules.filter((rule) => !isKept(jumpOf(rule)?.chain ?? ''));
    if (own.length === 0) continue;
    throw new FwError('import.differs', `${name} of ${family} ${table.name} is not chosen, and has rules of its own`, {
      output: own.map(({ text }) => text).join('\n'),
      next: `A state that has a chain of table ${table.name} for itself has its built-in chains, too: add --chain ${name}.`,
    });
  }
}

/** Refuses a name or glob that no chain has. */
export function checkChosen(all: readonly { readonly rulesets: Rulesets }[], chosen: readonly string[]): void {
  const names = new Set(
    all.flatMap(({ rulesets }) =>
      FAMILIES.flatMap((family) => rulesets[family].tables.flatMap(({ chains }) => chains.map(({ name }) => name))),
    ),
  );
  for (const glob of chosen) {
    if ([...names].some((name) => matchesGlob(glob, name))) continue;
    const near = nearest(glob, [...names]);
    throw new FwError('import.nothing', `there is no chain ${JSON.stringify(glob)} to import`, {
      ...(near === undefined ? {} : { next: `Did you mean ${near}?` }),
    });
  }
}
