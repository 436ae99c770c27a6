import { longestCommonSubsequence } from '../diff/lcs.ts';
import type { ChainDiff, TableDiff } from '../diff/types.ts';
import type { Ownership } from '../ownership/ownership.ts';
import type { Rule } from '../rules/types.ts';

/**
 * The same difference, written so that every foreign rule of a chain that is not ours is kept. The longest common subsequence alone may keep
 * our jump and move the foreign rule it passes, which comes to the same list but touches what belongs to others.
 *
 * A difference that cannot be written that way is a bug of the caller: throws, naming chain and rule.
 */
export function pinForeign(diff: TableDiff, { ownsChain, ownsJump }: Ownership): TableDiff {
  return { ...diff, chains: diff.chains.map((chain) => (ownsChain(chain.name) ? chain : pinChain(chain, ownsJump))) };
}

function pinChain(diff: ChainDiff, isJump: Ownership['ownsJump']): ChainDiff {
  const { before, after } = diff;
  if (before === undefined) throw new Error(`Bug: chain ${diff.name} does not belong to fw and would be added`);
  if (after === undefined) throw new Error(`Bug: chain ${diff.name} does not belong to fw and would be removed`);
  const from = foreignPlaces(before.rules, isJump);
  const to = foreignPlaces(after.rules, isJump);
  const kept: [number, number][] = [];
  // One round more than there are foreign rules: the last is for our jumps behind all of them.
  for (let index = 0; index <= Math.max(from.length, to.length); index += 1) {
    const start: [number, number] = [(from[index - 1] ?? -1) + 1, (to[index - 1] ?? -1) + 1];
    const end: [number, number] = [from[index] ?? before.rules.length, to[index] ?? after.rules.length];
    kept.push(...keptJumps(before.rules.slice(start[0], end[0]), after.rules.slice(start[1], end[1]), start));
    const old = before.rules[end[0]];
    const fresh = after.rules[end[1]];
    if (old?.text !== fresh?.text) {
      throw new Error(`Bug: a rule of chain ${diff.name} does not belong to fw and would be ${change(old, fresh)}`);
    }
    if (old !== undefined) kept.push(end);
  }
  return { ...diff, kept };
}

function foreignPlaces(rules: readonly Rule[], isJump: (rule: Rule) => boolean): readonly number[] {
  return rules.flatMap((rule, index) => (isJump(rule) ? [] : [index]));
}

function keptJumps(
  before: readonly Rule[],
  after: readonly Rule[],
  [from, to]: readonly [number, number],
): [number, number][] {
  const numbers = new Map<string, number>();
  const intern = ({ text }: Rule): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  return longestCommonSubsequence(before.map(intern), after.map(intern)).map(([i, j]) => [from + i, to + j]);
}

function change(old: Rule | undefined, fresh: Rule | undefined): string {
  if (old === undefined) return `added: ${JSON.stringify(fresh?.text)}`;
  if (fresh === undefined) return `removed: ${JSON.stringify(old.text)}`;
  return `changed: ${JSON.stringify(old.text)} to ${JSON.stringify(fresh.text)}`;
}
