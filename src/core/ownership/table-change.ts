import { underTemporaryName } from '../rule-text/hashlimit.ts';
import { pristineTable } from '../rules/builtin.ts';
import { chainsByName } from '../rules/chains-by-name.ts';
import type { Chain, Rule, Table, TableName } from '../rules/types.ts';
import { chainNames, type Ownership, ownershipOf, withChains } from './ownership.ts';
import type { ChainStates } from './place.ts';
import { alignTexts } from './place.ts';
import type { StepOwnership } from './types.ts';
import { unownedChanges } from './unowned-changes.ts';

/** What a step makes of a table. */
export type TableChange = {
  readonly table: TableName;
  readonly ownership: StepOwnership;
  /** The table before the step, and as the step leaves it; undefined where it does not exist. */
  readonly before: Table | undefined;
  readonly after: Table | undefined;
};

/** Every chain of a table that a step changes, beside the live table: all that going back, verifying and proving compare. */
export function chainStates(change: TableChange, live: Table | undefined): readonly ChainStates[] {
  const { before, after, table } = change;
  const [old, left, now] = [before, after, live].map((one) => chainsByName(one ?? pristineTable(table)));
  const ownership = ownershipOfChange(change);
  const names = chainNames(live ?? pristineTable(table), before ?? pristineTable(table), after);
  const states = [...names].map((name): ChainStates => {
    const [was, made] = [old?.get(name), left?.get(name)];
    const isOurs = ownership.ownsChain(name);
    const isForeign = (rule: Rule) => !ownership.ownsRule(name, rule, names);
    const found = now?.get(name);
    const touched = new Set([...touchedTexts(was, made, isForeign), ...renamedTexts(was, made, found)]);
    const isTouched = ({ text }: Rule) => touched.has(text);
    const isTheirs = (rule: Rule) => !isTouched(rule) && isForeign(rule);
    return { name, was, made, now: found, isOurs, isTouched, isTheirs };
  });
  return change.ownership.kind === 'shared' ? states : withoutChainsOfOthers(states);
}

/**
 * The ownership of a step as its tables show it. A journal of an older fw may hold a change of a chain that its ownership does not cover;
 * going back has to undo that as well.
 */
export function ownershipOfChange({ table, ownership, before, after }: TableChange): Ownership {
  const unowned = unownedChanges(table, ownership, before, after);
  return withChains(table, ownershipOf(table, ownership), new Set(unowned));
}

/** Texts that a chain had before a step or has after it, also under the temporary names of a hand-over: no other program has put them there. */
export function knownTexts(was: Chain | undefined, made: Chain | undefined): ReadonlySet<string> {
  return new Set(
    [...(was?.rules ?? []), ...(made?.rules ?? [])].flatMap(({ text }) => [text, underTemporaryName(text)]),
  );
}

/** Texts that a step brought or took away: those that stand in the chain more or less often after it; and foreign ones that it moved. */
function touchedTexts(
  was: Chain | undefined,
  made: Chain | undefined,
  isForeign: (rule: Rule) => boolean,
): ReadonlySet<string> {
  if (was !== undefined && was.rules === made?.rules) return new Set();
  const counts = new Map<string, number>();
  for (const { text } of was?.rules ?? []) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const { text } of made?.rules ?? []) counts.set(text, (counts.get(text) ?? 0) - 1);
  const touched = new Set([...counts].flatMap(([text, count]) => (count === 0 ? [] : [text])));
  const [old, fresh] = [was, made].map((chain) =>
    (chain?.rules ?? []).filter((rule) => !touched.has(rule.text) && isForeign(rule)),
  );
  if (old === undefined || fresh === undefined || old.every(({ text }, at) => text === fresh[at]?.text)) return touched;
  const unmoved = new Set(alignTexts(old, fresh).map(([from]) => old[from]));
  return new Set([...touched, ...old.filter((rule) => !unmoved.has(rule)).map(({ text }) => text)]);
}

/** Rules that a step left under the temporary names of a hand-over, which no other program uses, with what they stand for. */
function renamedTexts(was: Chain | undefined, made: Chain | undefined, now: Chain | undefined): readonly string[] {
  const temporary = new Map(
    [...(was?.rules ?? []), ...(made?.rules ?? [])].flatMap(({ text }) => {
      const renamed = underTemporaryName(text);
      return renamed === text ? [] : [[renamed, text] as const];
    }),
  );
  if (temporary.size === 0) return [];
  return (now?.rules ?? []).flatMap(({ text }) => {
    const meant = temporary.get(text);
    return meant === undefined ? [] : [text, meant];
  });
}

/**
 * A chain that a step of an exclusive table would have made, and that another program has made first, is why the kernel refused the step: it is
 * theirs, and stays. It is recognised thus: every chain that the step changes otherwise is as it was, and this one holds rules, none of them planned.
 */
function withoutChainsOfOthers(states: readonly ChainStates[]): readonly ChainStates[] {
  return isRefused(states) ? states.map(leaveToOthers) : states;
}

/** Whether the live table shows that the step was never committed. With no other chain to show it, it may have been. */
function isRefused(states: readonly ChainStates[]): boolean {
  const changed = states.filter(isChanged);
  return changed.length > 0 && changed.every(isUndone);
}

/** Where it can be seen: a move alone cannot. */
function isChanged({ was, made, isTouched }: ChainStates): boolean {
  if (was === undefined) return false;
  return made === undefined || was.policy !== made.policy || textsOf(was, isTouched) !== textsOf(made, isTouched);
}

function isUndone({ was, made, now, isTouched }: ChainStates): boolean {
  if (was === undefined || now === undefined) return false;
  if (made === undefined) return true;
  const isPolicyUndone = made.policy === was.policy || now.policy === was.policy;
  return isPolicyUndone && textsOf(now, isTouched) === textsOf(was, isTouched);
}

function textsOf({ rules }: Chain, isTouched: ChainStates['isTouched']): string {
  return rules
    .filter(isTouched)
    .map(({ text }) => text)
    .join('\n');
}

function leaveToOthers(states: ChainStates): ChainStates {
  const { was, made, now } = states;
  if (was !== undefined || made === undefined || now === undefined) return states;
  const planned = new Set(made.rules.map(({ text }) => text));
  const isTheirs = planned.size > 0 && now.rules.length > 0 && now.rules.every(({ text }) => !planned.has(text));
  return isTheirs ? { ...states, made: undefined, isOurs: false } : states;
}
