import { NodeLimit } from '../diagram/node-limit.ts';
import { FALSE } from '../diagram/node-table.ts';
import { fieldOf, somePart } from '../rule/some-part.ts';
import {
  chainsOn,
  hasRule,
  hasRuleOn,
  remembers,
  type Side,
  type SideRule,
  someOtherRule,
  someRule,
} from '../side/side.ts';
import type { Way } from '../side/way.ts';
import type { Space } from '../space/space.ts';
import type { Condition, Question } from '../types/condition.ts';
import type { Connections, Path } from '../types/traffic.ts';
import { needsEntry } from '../way/alter.ts';
import { SideEvaluation } from '../way/evaluate-side.ts';
import { byAll, byVerdict, difference, type Fates } from '../way/outcomes.ts';
import { type Ground, type PathModel, pathModel, wayOfSides } from '../way/path-model.ts';
import { readsOf } from '../way/reads.ts';
import { READS } from '../way/rewritings.ts';
import type { RuleMatches } from '../way/rule-matches.ts';
import { mayTranslate } from '../way/source-behind-nat.ts';
import { Attribution, type Decider } from './attribute.ts';
import { Care } from './care.ts';
import { type ChangedPackets, pairShares } from './regions.ts';

/** What changes for the packets of one path, as sets. */
export type ChangedPath = {
  readonly space: Space;
  readonly scope: number;
  readonly regions: readonly ChangedPackets[];
  readonly noEffect: boolean;
  /** Packets outside of the regions leave as before, and rates and what rules remember are the same. */
  readonly restUnchanged: boolean;
  readonly matches: RuleMatches;
  /** Open questions that the packets came to. */
  readonly met: ReadonlySet<Question>;
};

export type NotCompared = { readonly because: string };

/** Compares what both sides do with the packets of one path. */
export class PathComparison {
  private readonly ground: Ground;
  private readonly before: Side;
  private readonly after: Side;
  private readonly path: Path;
  private readonly nodes: number;
  private readonly evaluated = new Map<Connections, Evaluated | NodeLimit>();

  constructor(ground: Ground, before: Side, after: Side, path: Path, nodes: number) {
    this.ground = ground;
    this.before = before;
    this.after = after;
    this.path = path;
    this.nodes = nodes;
  }

  /** Throws NodeLimit where that takes more nodes than are allowed. */
  compare(connections: Connections): ChangedPath | NotCompared {
    const { before, after } = this;
    const { diagram } = this.ground.space;
    diagram.allow(this.nodes);
    if (connections === 'running' && this.seesTwoAddresses()) return { because: TWO_ADDRESSES };
    const { built, was, will } = this.evaluate(connections);
    const { model } = built;
    const scope = built.scope(connections);
    const { met, way } = model;
    const found = { space: this.ground.space, scope, met, matches: model.matches, regions: [] };
    if (was === undefined || will === undefined) {
      const noEffect = ![before, after].some((side) => changedRules(side, way).some(isMemory));
      return { ...found, noEffect, restUnchanged: noEffect };
    }
    const unknown = [was, will].flatMap((fates) =>
      fates.entries().filter((one) => one.fate.verdict.verdict === 'unknown' && !diagram.isDisjoint(one.set, scope)),
    )[0];
    if (unknown !== undefined) return { because: `what ${unknown.fate.verdict.detail ?? 'a rule'} does is not known` };
    const changed = diagram.and(difference(diagram, was, will, byVerdict), scope);
    const others = diagram.minus(diagram.and(difference(diagram, was, will, byAll), scope), changed);
    // Where any rule remembers packets, other packets than before may come to it.
    const restUnchanged = others === FALSE && !hasRuleOn([before, after], way, keepsMemory);
    if (changed === FALSE) return { ...found, noEffect: restUnchanged, restUnchanged };
    const wasShares = new Attribution(model, before, changed).run();
    const willShares = new Attribution(model, after, changed).run();
    const rest = anyChange(before, after, way);
    if (rest === undefined) throw new Error('packets change without a changed rule');
    const regions = pairShares(this.ground.space, wasShares, willShares, rest);
    return { ...found, regions, noEffect: false, restUnchanged };
  }

  /**
   * Whether packets change of connections that run and that conntrack did not see begin. Throws NodeLimit where that takes more nodes than are
   * allowed. What is not known counts as a change.
   */
  changesUnseen(): boolean {
    const { ground, before, after, path } = this;
    const { diagram } = ground.space;
    diagram.allow(this.nodes);
    const built = pathModel(ground, path, 'new');
    const scope = built.unseen();
    const care = new Care(built.model);
    const affected = care.of([before, after]);
    if (diagram.isDisjoint(affected, scope)) return false;
    const set = care.widened(diagram.and(affected, scope));
    const [was, will] = [before, after].map((side) => new SideEvaluation(built.model, side).run(set)) as [Fates, Fates];
    const isUnknown = [was, will].some((fates) =>
      fates.entries().some((one) => one.fate.verdict.verdict === 'unknown' && !diagram.isDisjoint(one.set, scope)),
    );
    return isUnknown || !diagram.isDisjoint(difference(diagram, was, will, byVerdict), scope);
  }

  /**
   * Once for both kinds of connections where no rule tells them apart but by the state, which is a field of the packet. Throws NodeLimit where that takes
   * more nodes than are allowed.
   */
  evaluate(connections: Connections): Evaluated {
    const key = this.isSensitive() ? connections : 'new';
    const known = this.evaluated.get(key);
    if (known instanceof NodeLimit) throw known;
    if (known !== undefined) return known;
    try {
      const evaluated = this.evaluateNow(key);
      this.evaluated.set(key, evaluated);
      return evaluated;
    } catch (error) {
      if (error instanceof NodeLimit) this.evaluated.set(key, error);
      throw error;
    }
  }

  private evaluateNow(connections: Connections): Evaluated {
    const { ground, before, after, path } = this;
    const { diagram } = ground.space;
    const built = pathModel(ground, path, connections);
    const care = new Care(built.model);
    const affected = care.of([before, after]);
    const scope = diagram.or(built.scope('new'), built.scope('running'));
    if (diagram.isDisjoint(affected, scope)) return { built };
    const set = care.widened(diagram.and(affected, scope));
    const [was, will] = [before, after].map((side) => new SideEvaluation(built.model, side).run(set));
    return { built, was, will };
  }

  /** A packet of a translated connection has other addresses before nat than behind it, and the rules do not tell which belong together. */
  seesTwoAddresses(): boolean {
    const sides = [this.before, this.after];
    const translates = sides.some((side) =>
      [...(side.tables.get('nat')?.values() ?? [])].some((chain) => hasRule(chain, mayTranslate)),
    );
    if (!translates) return false;
    const way = wayOfSides(sides, this.path);
    const first = way.stages.findIndex(({ table }) => table === 'nat');
    return hasRuleOn(sides, { ...way, stages: way.stages.slice(0, first), redirected: [] }, actsByAddress);
  }

  private isSensitive(): boolean {
    const sides = [this.before, this.after];
    return hasRuleOn(sides, wayOfSides(sides, this.path), tellsConnections);
  }
}

/** What both sides do with the packets that may meet a changed rule; without them where there are none. */
export type Evaluated = {
  readonly built: PathModel;
  readonly was?: Fates | undefined;
  readonly will?: Fates | undefined;
};

/** Whether a rule or policy on the way of the packets is on one side only. */
export function anyChange(
  before: Side,
  after: Side,
  way: Way,
): { readonly by: Decider; readonly side: 'before' | 'after' } | undefined {
  for (const [side, name] of [[after, 'after'] as const, [before, 'before'] as const]) {
    for (const chain of chainsOn(side, way)) {
      if (chain.changedPolicy) return { by: chain, side: name };
      const rule = hasRule(chain, isChanged) ? chain.rules.find(isChanged.is) : undefined;
      if (rule !== undefined) return { by: rule, side: name };
    }
  }
  return undefined;
}

/** The changed rules that do something to packets, and the chains whose policy changes. */
export function changedDeciders(side: Side, way: Way): readonly Decider[] {
  const acting = changedRules(side, way).filter(({ rule }) => rule.action.kind !== 'continue');
  return [...acting, ...chainsOn(side, way).filter(({ changedPolicy }) => changedPolicy)];
}

/** The changed rules on the way of the packets. */
function changedRules(side: Side, way: Way): readonly SideRule[] {
  return chainsOn(side, way).flatMap((chain) => (hasRule(chain, isChanged) ? chain.rules.filter(isChanged.is) : []));
}

const isChanged = someRule(({ changed }) => changed);

const TWO_ADDRESSES =
  'connections may be translated, and rules ask for their addresses before nat, where a packet has others than behind it';

const actsByAddress = someRule(
  ({ rule: { action, conditions } }) => action.kind !== 'continue' && conditions.some(asksAddress),
);

/** Whether a rule tells the first packet of a connection from others, but by its state. */
const tellsConnections = someOtherRule(({ rule: { action, conditions } }) => {
  const questions: Question[] = [];
  const reads = conditions.reduce((bits, condition) => bits | readsOf(condition, questions), 0);
  if ((reads & READS.connectionMark) !== 0 || needsEntry(action)) return true;
  return questions.some(({ first, translated }) => first !== undefined || translated !== undefined);
});

function asksAddress(condition: Condition): boolean {
  return somePart(condition, (part) => {
    const field = fieldOf(part);
    if (field !== undefined) return ['source', 'destination', 'sourcePort', 'destinationPort'].includes(field);
    return part.kind === 'question' ? part.reads.length > 0 : part.kind === 'set';
  });
}

/** A rule that gives another rate when other packets come to it. */
function isMemory({ rule }: SideRule): boolean {
  return remembers(rule) || rule.action.kind === 'fill-set';
}

/** The same of a rule that stays: there a limit in front of a log keeps packets from the log, no more. */
function isKeptMemory(one: SideRule): boolean {
  const { action, conditions } = one.rule;
  if (!one.changed && action.kind === 'continue' && conditions.every(isLimitOrForgets)) return false;
  return isMemory(one);
}

const keepsMemory = someOtherRule(isKeptMemory);

function isLimitOrForgets(condition: Condition): boolean {
  if (condition.kind === 'question') return !condition.remembers || /^limit /.test(condition.text);
  return !remembers({ conditions: [condition], action: { kind: 'continue' } });
}
