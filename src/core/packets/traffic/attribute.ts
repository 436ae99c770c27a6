import type { BaseChain } from '../base-chains.ts';
import { FALSE } from '../diagram/node-table.ts';
import { chainsFrom, hasRule, type Side, type SideChain, type SideRule, someOtherRule } from '../side/side.ts';
import { alter, alters, needsEntry, withEntry } from '../way/alter.ts';
import { type End, endOfRule } from '../way/ends.ts';
import type { Model } from '../way/model.ts';
import { type Fate, passed } from '../way/outcomes.ts';
import { Projection } from '../way/projection.ts';
import type { KnownRewriting } from '../way/rewritings.ts';
import { behindEnd, enter, goOn, leave, startParts } from '../way/stage-pieces.ts';

/** A rule, or the chain whose policy it is. */
export type Decider = SideRule | SideChain;

/** A changed rule on the way of a packet, and how near it is to the decision: it decided (3), led it elsewhere (2), rewrote it (1). */
export type Cause = { readonly by: Decider; readonly rank: 1 | 2 | 3 };

/** Packets of one fate that one changed rule led there, or none. */
export type Share = { readonly fate: Fate; readonly cause: Cause | undefined; readonly deciders: Map<Decider, number> };

type Piece = { readonly rewriting: KnownRewriting; readonly cause: Cause | undefined; readonly set: number };

type Call = readonly [SideRule, ...SideRule[]];

/** Where packets go on that met a rule: to the next one, back to the chain that called this one, or to the end of the table. */
type Met = { readonly next: Piece[]; readonly back: Piece[]; readonly ended: Ended[] };

type Ended = { readonly piece: Piece; readonly end: End; readonly by: Decider };

/** From so many rules on it pays to ask first which of them can match at all. */
const MANY_RULES = 24;

/** Who decides about each packet of a set, rule by rule, and which changed rule led it there. */
export class Attribution {
  private readonly model: Model;
  private readonly side: Side;
  private readonly set: number;
  private readonly projection: Projection;
  private readonly shares = new Map<string, Share>();
  private readonly numbers = new Map<Decider, number>();
  /** Who let packets pass the filter table. */
  private readonly accepts = new Map<Decider, number>();

  constructor(model: Model, side: Side, set: number) {
    this.model = model;
    this.side = side;
    this.set = set;
    this.projection = new Projection(model.matches.space, set);
  }

  run(): readonly Share[] {
    const { way } = this.model;
    let pieces = startParts(this.model, this.set).map(
      ([rewriting, set]): Piece => ({ rewriting, cause: undefined, set }),
    );
    let redirected: Piece[] = [];
    for (const stage of way.stages) {
      const behind = this.stage(stage, pieces);
      redirected = [...redirected, ...behind.filter(isRedirected)];
      pieces = behind
        .filter((piece) => !isRedirected(piece))
        .map((piece) => ({ ...piece, rewriting: goOn(this.model, stage, piece.rewriting) }));
    }
    for (const stage of way.redirected) redirected = [...this.stage(stage, redirected)];
    for (const { rewriting, cause, set } of [...pieces, ...redirected]) {
      const share = this.share(passed(rewriting), cause);
      for (const [decider, accepted] of this.accepts) this.give(share, decider, this.diagram.and(accepted, set));
    }
    return [...this.shares.values()];
  }

  private get diagram() {
    return this.model.matches.space.diagram;
  }

  private stage(stage: BaseChain, arriving: readonly Piece[]): readonly Piece[] {
    const { table, chain } = stage;
    const pristine: SideChain = { table, name: chain, rules: [], asked: [], changedPolicy: false, has: new Map() };
    const base = this.side.tables.get(table)?.get(chain) ?? pristine;
    if (base.rules.length === 0 && base.policy !== 'DROP' && table !== 'filter') return arriving;
    const next: Piece[] = [];
    const entering: Piece[] = [];
    for (const piece of arriving) {
      const parts = enter(this.model, stage, [piece.rewriting, piece.set]);
      for (const [rewriting, set] of parts.entering) entering.push({ ...piece, rewriting, set });
      for (const [rewriting, set] of parts.skipping) next.push({ ...piece, rewriting, set });
    }
    const ended: Ended[] = [];
    const end: End = { kind: base.policy === 'DROP' ? 'drop' : 'accept' };
    for (const piece of this.through(base, this.joined(entering), ended)) ended.push({ piece, end, by: base });
    for (const one of ended) {
      for (const piece of this.afterEnd(one, table === 'filter')) {
        next.push({ ...piece, rewriting: leave(this.model, stage, piece.rewriting) });
      }
    }
    return this.joined(next);
  }

  /** The packet behind the table, if it goes on. */
  private afterEnd({ piece, end, by }: Ended, isFilter: boolean): readonly Piece[] {
    const isChanged = 'changed' in by ? by.changed : by.changedPolicy;
    const behind = behindEnd(this.model, end, [piece.rewriting, piece.set]);
    if ('key' in behind) {
      this.give(this.share(behind, isChanged ? { by, rank: 3 } : piece.cause), by, piece.set);
      return [];
    }
    if (isFilter) this.accepts.set(by, this.diagram.or(this.accepts.get(by) ?? FALSE, piece.set));
    const rank = end.kind === 'translate' ? 1 : isFilter ? 3 : 2;
    return behind.map(([rewriting, set]) => caused({ ...piece, rewriting, set }, by, isChanged, rank));
  }

  private through(chain: SideChain, arriving: readonly Piece[], ended: Ended[]): readonly Piece[] {
    const back: Piece[] = [];
    let running = arriving;
    const projection = chain.asked.length < MANY_RULES ? this.projection : this.projectionOf(arriving);
    for (const call of this.calls(chain.asked)) {
      if (running.length === 0) break;
      const [rule] = call;
      if (rule.rule.action.kind === 'continue') continue;
      const asked = call.filter((one) => {
        const prepared = this.model.matches.prepare(one.rule);
        return running.some(({ rewriting }) => projection.mayMatch(prepared, rewriting));
      });
      if (asked.length === 0) continue;
      const next: Piece[] = [];
      let isHit = false;
      for (const piece of running) {
        const hit = this.diagram.union(asked.map((one) => this.hitOf(one, piece)));
        isHit = this.meet(rule, piece, hit, { next, back, ended }) || isHit;
      }
      running = isHit ? this.joined(next) : running;
    }
    return this.joined([...back, ...running]);
  }

  /**
   * The rules of a chain in order, those side by side that call one chain as one call: a packet that comes back from it as it went in comes back again from
   * the next call.
   */
  private calls(rules: readonly SideRule[]): readonly Call[] {
    const calls: [SideRule, ...SideRule[]][] = [];
    for (const rule of rules) {
      const last = calls.at(-1);
      if (last !== undefined && isSameCall(last[0], rule) && !this.isAltering(rule.to)) last.push(rule);
      else calls.push([rule]);
    }
    return calls;
  }

  private isAltering(chain: SideChain | undefined): boolean {
    if (chain === undefined) return true;
    return (chainsFrom(this.side, chain) ?? []).some((one) => hasRule(one, altersPackets));
  }

  private projectionOf(pieces: readonly Piece[]): Projection {
    return new Projection(this.model.matches.space, this.diagram.union(pieces.map(({ set }) => set)));
  }

  private hitOf({ rule }: SideRule, { rewriting, set }: Piece): number {
    const { matches, tracked } = this.model;
    this.diagram.spend(1);
    const hit = this.diagram.and(set, matches.of(rule, rewriting));
    return needsEntry(rule.action) ? this.diagram.and(hit, withEntry(rewriting, tracked)) : hit;
  }

  /** What becomes of the packets of a piece that a rule hits. */
  private meet(rule: SideRule, piece: Piece, hit: number, { next, back, ended }: Met): boolean {
    const { rewritings } = this.model;
    const { action } = rule.rule;
    const { rewriting, set } = piece;
    next.push({ ...piece, set: this.diagram.minus(set, hit) });
    if (hit === FALSE) return false;
    const met = { ...piece, set: hit };
    const end = endOfRule(rule.rule);
    const chain = rule.to;
    if (end?.kind === 'return') back.push(caused(met, rule, rule.changed, 2));
    else if (end !== undefined) ended.push({ piece: met, end, by: rule });
    else if (chain !== undefined) {
      const inside = this.through(chain, [caused(met, rule, rule.changed, 2)], ended);
      const isGoto = action.kind === 'goto';
      (isGoto ? back : next).push(...(isGoto ? inside : inside.map((left) => behindJump(left, met, rule))));
    } else if (alters(action)) {
      const changed = rewritings.known(alter(rewriting.value, action));
      next.push(caused({ ...met, rewriting: changed }, rule, rule.changed, 1));
    } else ended.push({ piece: met, end: { kind: 'unknown', text: rule.text }, by: rule });
    return true;
  }

  private joined(pieces: readonly Piece[]): readonly Piece[] {
    const byKey = new Map<string, Piece>();
    for (const piece of pieces) {
      if (piece.set === FALSE) continue;
      const key = `${piece.rewriting.id} ${this.causeKey(piece.cause)}`;
      const other = byKey.get(key);
      byKey.set(key, other === undefined ? piece : { ...piece, set: this.diagram.or(other.set, piece.set) });
    }
    return [...byKey.values()];
  }

  private share(fate: Fate, cause: Cause | undefined): Share {
    const key = `${fate.key} ${this.causeKey(cause)}`;
    const share = this.shares.get(key) ?? { fate, cause, deciders: new Map() };
    this.shares.set(key, share);
    return share;
  }

  private give({ deciders }: Share, decider: Decider, set: number): void {
    if (set !== FALSE) deciders.set(decider, this.diagram.or(deciders.get(decider) ?? FALSE, set));
  }

  private causeKey(cause: Cause | undefined): string {
    if (cause === undefined) return '';
    const number = this.numbers.get(cause.by) ?? this.numbers.size;
    this.numbers.set(cause.by, number);
    return `${number}.${cause.rank}`;
  }
}

const altersPackets = someOtherRule(({ rule: { action } }) => alters(action));

function isSameCall(one: SideRule, other: SideRule): boolean {
  if (one.to === undefined || one.to !== other.to || one.changed || other.changed) return false;
  return one.rule.action.kind === 'jump' && other.rule.action.kind === 'jump';
}

function isRedirected({ rewriting }: Piece): boolean {
  return rewriting.value.output === 'none';
}

/** A rule that is on one side only is why the packet is where it is, unless one nearer to the decision is. */
function caused(piece: Piece, by: Decider, isChanged: boolean, rank: Cause['rank']): Piece {
  return isChanged && rank >= (piece.cause?.rank ?? 0) ? { ...piece, cause: { by, rank } } : piece;
}

/** A packet that comes back from a chain as it went in was led nowhere. */
function behindJump(left: Piece, met: Piece, jump: SideRule): Piece {
  if (left.cause?.by !== jump) return left;
  const { cause: _, ...rest } = left;
  const before = { ...rest, cause: met.cause };
  return left.rewriting === met.rewriting ? before : caused(before, jump, true, 1);
}
