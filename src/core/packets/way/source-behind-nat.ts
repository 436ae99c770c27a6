import { fieldOf, somePart } from '../rule/some-part.ts';
import { chainsFrom, hasRule, type Side, type SideChain, someOtherRule, someRule } from '../side/side.ts';
import { stagesOf } from '../side/way.ts';
import type { Condition } from '../types/condition.ts';
import type { Path } from '../types/traffic.ts';
import { wayOfSides } from './path-model.ts';

/**
 * Why packets to this host are not judged where SNAT of nat INPUT gives them another source in front of rules that ask for it: iptables-nft hangs security
 * behind nat INPUT (priorities 150 and 100), legacy in front of it, and the evaluation takes a source for what it was when the packet came in.
 */
export function sourceBehindNat(sides: readonly Side[], path: Path): string | undefined {
  const isMet = stagesOf(wayOfSides(sides, path)).some(({ table, chain }) => table === 'nat' && chain === 'INPUT');
  if (!isMet) return undefined;
  const is = sides.some(
    (side) =>
      side.firewall.backend === 'nft' &&
      chainsOf(side, 'nat').some((chain) => hasRule(chain, mayTranslate)) &&
      chainsOf(side, 'security').some((chain) => hasRule(chain, actsBySource)),
  );
  return is ? BECAUSE : undefined;
}

const BECAUSE =
  'nat INPUT may give packets another source, and rules of security INPUT, which nft asks behind it, ask for the source';

function chainsOf(side: Side, table: 'nat' | 'security'): readonly SideChain[] {
  const base = side.tables.get(table)?.get('INPUT');
  return base === undefined ? [] : (chainsFrom(side, base) ?? [base]);
}

/** It may give connections another address. */
export const mayTranslate = someOtherRule(
  ({ rule: { action } }) => action.kind === 'translate' || action.kind === 'unknown',
);

const actsBySource = someRule(
  ({ rule: { action, conditions } }) => action.kind !== 'continue' && conditions.some(asksSource),
);

function asksSource(condition: Condition): boolean {
  return somePart(condition, (part) => {
    const field = fieldOf(part);
    if (field !== undefined) return field === 'source' || field === 'sourcePort';
    return part.kind === 'set' || part.kind === 'question';
  });
}
