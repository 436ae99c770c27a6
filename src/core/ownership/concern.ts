import type { Step } from '../plan/types.ts';
import { isBuiltin, pristineTable } from '../ruleset/builtin.ts';
import { digestTable } from '../ruleset/digest.ts';
import type { Chain, Table } from '../ruleset/types.ts';
import { chainsOf, jumpsOf } from './is-ours.ts';
import { ownedPart } from './owned-part.ts';

type Concern = Pick<Step, 'table' | 'ownership' | 'restore'>;

/**
 * Digest of what a step relies on: fw's own part of the table, and the whole of every foreign chain into which it inserts behind a
 * counted number of rules. Deletes go by text and inserts mostly to the top or the end, so whatever else others do in the
 * table leaves the step as good as it was.
 */
export function digestConcern(step: Concern, table: Table | undefined): string {
  const whole = table ?? pristineTable(step.table);
  const owned = new Map(ownedPart(whole, step.ownership).chains.map((chain) => [chain.name, chain]));
  const counted = countedChains(step.restore);
  const chains = whole.chains.flatMap((chain): Chain[] => {
    const part = counted.has(chain.name) ? chain : owned.get(chain.name);
    return part === undefined ? [] : [part];
  });
  return digestTable({ name: whole.name, chains }, step.table);
}

/** Digest of fw's own part of a table. */
export function digestOwned(step: Concern, table: Table | undefined): string {
  return digestTable(ownedPart(table ?? pristineTable(step.table), step.ownership), step.table);
}

/** Digest of what belongs to others: their chains, without policies, which are declared, and without jumps into chains of ours. */
export function digestForeign(step: Concern, table: Table | undefined): string {
  const isOurs = chainsOf(step.ownership, (chain) => isBuiltin(step.table, chain));
  const isOurJump = jumpsOf(step.ownership);
  const chains = (table?.chains ?? []).flatMap(({ name, rules }): Chain[] =>
    isOurs(name) ? [] : [{ name, rules: rules.filter((rule) => !isOurJump(rule)) }],
  );
  return digestTable({ name: step.table, chains }, step.table);
}

/** Chains into which the text inserts at a place other than the first. */
function countedChains(restore: string): ReadonlySet<string> {
  const inserts = restore.matchAll(/^(?:\[\d+:\d+\] )?-I (\S+) (\d+) /gm);
  return new Set([...inserts].flatMap(([, chain, place]) => (chain === undefined || place === '1' ? [] : [chain])));
}
