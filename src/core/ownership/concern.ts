import type { Step } from '../plan/types.ts';
import { isBuiltin, pristineTable } from '../ruleset/builtin.ts';
import type { Chain, Table } from '../ruleset/types.ts';
import { chainsOf } from './is-ours.ts';
import { ownedPart } from './owned-part.ts';

type Concern = Pick<Step, 'table' | 'ownership' | 'chains'>;

/**
 * The part of a table that a step was made from and that its restore text relies on: fw's own part, and whole every foreign chain that it
 * writes to, since an insert into one counts its rules. Whatever others do elsewhere in the table leaves the step as good as it was.
 */
export function concernOf(step: Concern, table: Table | undefined): Table {
  const { isOurs, isTouched } = sidesOf(step);
  const whole = table ?? pristineTable(step.table);
  const owned = new Map(ownedPart(whole, isOurs).chains.map((chain) => [chain.name, chain]));
  const chains = whole.chains.flatMap((chain): Chain[] => {
    const part = isTouched(chain.name) ? chain : owned.get(chain.name);
    return part === undefined ? [] : [part];
  });
  return { name: whole.name, chains };
}

/** What the step makes of the table as it is now: the planned rules where it writes, what others have now everywhere else. */
export function expectedAfter(step: Concern, live: Table | undefined, planned: Table): Table {
  const { isTouched } = sidesOf(step);
  const theirs = (live ?? pristineTable(step.table)).chains.filter((chain) => !isTouched(chain.name));
  const known = new Set(theirs.map((chain) => chain.name));
  const ours = planned.chains.filter((chain) => isTouched(chain.name) && !known.has(chain.name));
  return { name: step.table, chains: [...theirs, ...ours] };
}

function sidesOf(step: Concern): { isOurs: (chain: string) => boolean; isTouched: (chain: string) => boolean } {
  const changed = new Set(step.chains.map((chain) => chain.name));
  return {
    isOurs: chainsOf(step.ownership, (chain) => isBuiltin(step.table, chain)),
    isTouched: (chain) => changed.has(chain),
  };
}
