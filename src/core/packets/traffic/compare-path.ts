import { FALSE } from '../diagram/node-table.ts';
import type { Space } from '../space/space.ts';
import type { Question } from '../types/condition.ts';
import type { Connections, Path } from '../types/traffic.ts';
import { SideEvaluation } from '../way/evaluate-side.ts';
import { difference, type Fates } from '../way/outcomes.ts';
import { pathModel } from '../way/path-model.ts';
import { chainsFrom, remembers, type Side, type SideRule } from '../way/side.ts';
import { stagesOf, type Way } from '../way/way.ts';
import { Attribution, type Decider } from './attribute.ts';
import { Care } from './care.ts';
import { type ChangedPackets, pairShares } from './regions.ts';

/** What changes for the packets of one path, as sets. */
export type ChangedPath = {
  readonly space: Space;
  readonly scope: number;
  readonly regions: readonly ChangedPackets[];
  readonly noEffect: boolean;
  /** Open questions that the packets came to. */
  readonly met: ReadonlySet<Question>;
};

export type NotCompared = { readonly because: string };

/** Compares what both sides do with the packets of a path. Throws NodeLimit where that takes more than `nodes`. */
export function comparePath(
  before: Side,
  after: Side,
  path: Path,
  connections: Connections,
  nodes: number,
): ChangedPath | NotCompared {
  const built = pathModel([before, after], path, connections);
  if (built === undefined) return { because: 'chains call each other in a circle' };
  const { model, scope } = built;
  const { met, way } = model;
  const { space } = model.matches;
  const { diagram } = space;
  diagram.allow(nodes);
  const care = new Care(model);
  const affected = care.of([before, after], scope);
  if (affected === FALSE) return { space, scope, met, regions: [], noEffect: !changesMemory(before, after, way) };
  const set = care.widened(affected);
  const [was, will] = [before, after].map((side) => new SideEvaluation(model, side).run(set)) as [Fates, Fates];
  const unknown = [was, will].flatMap((fates) =>
    fates.entries().filter((one) => one.fate.verdict.verdict === 'unknown' && !diagram.isDisjoint(one.set, scope)),
  )[0];
  if (unknown !== undefined) return { because: `what ${unknown.fate.verdict.detail ?? 'a rule'} does is not known` };
  const changed = diagram.and(difference(diagram, was, will, false), scope);
  if (changed === FALSE) {
    const isSame = diagram.isDisjoint(difference(diagram, was, will, true), scope);
    return { space, scope, met, regions: [], noEffect: isSame && !meetsMemory(before, after, way) };
  }
  const [wasShares, willShares] = [before, after].map((side) => new Attribution(model, side, changed).run()) as [
    ReturnType<Attribution['run']>,
    ReturnType<Attribution['run']>,
  ];
  const rest = anyChange(before, after, way);
  if (rest === undefined) throw new Error('packets change without a changed rule');
  return { space, scope, met, regions: pairShares(space, wasShares, willShares, rest), noEffect: false };
}

/** Whether a rule or policy on the way of the packets is on one side only. */
export function anyChange(
  before: Side,
  after: Side,
  way: Way,
): { readonly by: Decider; readonly side: 'before' | 'after' } | undefined {
  for (const [side, name] of [[after, 'after'] as const, [before, 'before'] as const]) {
    for (const chain of chainsOn(side, way)) {
      if (chain.changedPolicy) return { by: chain, side: name };
      const rule = chain.rules.find(({ changed }) => changed);
      if (rule !== undefined) return { by: rule, side: name };
    }
  }
  return undefined;
}

/** The changed rules on the way of the packets. */
export function changedRules(side: Side, way: Way): readonly SideRule[] {
  return chainsOn(side, way).flatMap(({ rules }) => rules.filter(({ changed }) => changed));
}

function chainsOn(side: Side, way: Way) {
  const chains = stagesOf(way).flatMap(({ table, chain }) => {
    const base = side.tables.get(table)?.get(chain);
    return base === undefined ? [] : (chainsFrom(side, base) ?? [base]);
  });
  return [...new Set(chains)];
}

/** A changed rule that remembers packets gives another rate, even where no verdict changes. */
function changesMemory(before: Side, after: Side, way: Way): boolean {
  return [before, after].some((side) => changedRules(side, way).some(({ rule }) => isMemory(rule)));
}

/** Where any rule remembers packets, other packets than before may come to it. */
function meetsMemory(before: Side, after: Side, way: Way): boolean {
  return [before, after].some((side) =>
    chainsOn(side, way).some(({ rules }) => rules.some(({ rule }) => isMemory(rule))),
  );
}

function isMemory(rule: SideRule['rule']): boolean {
  return remembers(rule) || rule.action.kind === 'fill-set';
}
