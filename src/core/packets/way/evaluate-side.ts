import type { BaseChain } from '../base-chains.ts';
import { FALSE, HOLE } from '../diagram/node-table.ts';
import { chainsFrom, type Side, type SideChain, type SideRule } from '../side/side.ts';
import { alter, alters, needsEntry, withEntry } from './alter.ts';
import { type End, endOfRule } from './ends.ts';
import type { Model } from './model.ts';
import { Fates, passed } from './outcomes.ts';
import { Pieces } from './pieces.ts';
import { Projection } from './projection.ts';
import { type KnownRewriting, READS } from './rewritings.ts';
import { behindEnd, enter, goOn, leave, type Part, startParts } from './stage-pieces.ts';

/** From so many rules on it pays to ask first which of them can match at all. */
const MANY_RULES = 24;
/** What rules may write over for those behind them in the same chain, and that has codes. */
const WRITTEN_IN_CHAINS = READS.state;

type Ended = { readonly end: End; readonly piece: Part };

/** What becomes of sets of packets on the way through the tables of one side. */
export class SideEvaluation {
  private readonly model: Model;
  private readonly side: Side;
  private readonly contents = new Map<SideChain, number>();
  private readonly altering = new Map<SideChain, boolean>();
  /** How many rules call each chain that the table at hand gets to. */
  private callers: ReadonlyMap<SideChain, number> = new Map();

  constructor(model: Model, side: Side) {
    this.model = model;
    this.side = side;
  }

  run(set: number): Fates {
    const { matches, way } = this.model;
    const { diagram } = matches.space;
    const fates = new Fates(diagram);
    let pieces = new Pieces(diagram);
    const redirected = new Pieces(diagram);
    for (const [rewriting, part] of startParts(this.model, set)) pieces.add(rewriting, part);
    for (const stage of way.stages) {
      const behind = new Pieces(diagram);
      for (const [rewriting, part] of this.stage(stage, pieces, fates).entries()) {
        (rewriting.value.output === 'none' ? redirected : behind).add(goOn(this.model, stage, rewriting), part);
      }
      pieces = behind;
    }
    let here = redirected;
    for (const stage of way.redirected) here = this.stage(stage, here, fates);
    pieces.addAll(here);
    for (const [rewriting, rest] of pieces.entries()) fates.add(passed(rewriting), rest);
    return fates;
  }

  private stage(stage: BaseChain, arriving: Pieces, fates: Fates): Pieces {
    const chain = this.side.tables.get(stage.table)?.get(stage.chain);
    if (chain === undefined || (chain.rules.length === 0 && chain.policy !== 'DROP')) return arriving;
    const { diagram } = this.model.matches.space;
    const next = new Pieces(diagram);
    const entering = new Pieces(diagram);
    for (const piece of arriving.entries()) {
      const parts = enter(this.model, stage, piece);
      for (const [rewriting, set] of parts.entering) entering.add(rewriting, set);
      for (const [rewriting, set] of parts.skipping) next.add(rewriting, set);
    }
    this.callers = callersFrom(this.side, chain);
    const ended: Ended[] = [];
    const end: End = { kind: chain.policy === 'DROP' ? 'drop' : 'accept' };
    for (const piece of this.through(chain, entering, ended).entries()) ended.push({ end, piece });
    for (const one of ended) {
      const behind = behindEnd(this.model, one.end, one.piece);
      if ('key' in behind) fates.add(behind, one.piece[1]);
      else for (const [rewriting, set] of behind) next.add(leave(this.model, stage, rewriting), set);
    }
    return next;
  }

  /** What is left of the pieces behind the chain; `ended` takes what does not come back. */
  private through(chain: SideChain, arriving: Pieces, ended: Ended[]): Pieces {
    const { diagram } = this.model.matches.space;
    const back = new Pieces(diagram);
    let running = arriving;
    const rules = this.asked(chain.asked, arriving);
    for (let from = 0; from < rules.length && !running.isEmpty; ) {
      let to = from;
      while (to < rules.length && !this.isAltering(rules[to] as SideRule)) to += 1;
      if (to > from) running = this.plainRules(rules.slice(from, to), running, back, ended);
      const rule = rules[to];
      if (rule !== undefined && !running.isEmpty) running = this.alteringRule(rule, running, back, ended);
      from = to + 1;
    }
    back.addAll(running);
    return back;
  }

  /** The rules that may match some of the packets, where asking that pays. */
  private asked(rules: readonly SideRule[], arriving: Pieces): readonly SideRule[] {
    if (rules.length < MANY_RULES) return rules;
    const { matches } = this.model;
    const { diagram } = matches.space;
    diagram.spend(rules.length >> 4);
    const pieces = arriving.entries();
    const projection = new Projection(matches.space, diagram.union(pieces.map(([, set]) => set)));
    // What rules of the chain itself write over is not asked for: it may be anything.
    const isAltering = rules.some((rule) => this.isAltering(rule));
    return rules.filter(({ rule }) => {
      const prepared = matches.prepare(rule);
      if (isAltering && (prepared.reads & WRITTEN_IN_CHAINS) !== 0) return true;
      return pieces.some(([rewriting]) => projection.mayMatch(prepared, rewriting));
    });
  }

  private plainRules(rules: readonly SideRule[], running: Pieces, back: Pieces, ended: Ended[]): Pieces {
    const { ends, matches } = this.model;
    const { diagram } = matches.space;
    const next = new Pieces(diagram);
    for (const [rewriting, set] of running.entries()) {
      const f = this.plainFunction(rules, set, rewriting, set);
      for (const terminal of diagram.terminalsOf(f)) {
        const part = diagram.and(set, diagram.where(f, terminal));
        const end = ends.endOf(terminal);
        if (part === FALSE) continue;
        if (end === undefined) next.add(rewriting, part);
        else if (end.kind === 'return') back.add(rewriting, part);
        else ended.push({ end, piece: [rewriting, part] });
      }
    }
    return next;
  }

  private alteringRule(rule: SideRule, running: Pieces, back: Pieces, ended: Ended[]): Pieces {
    const { matches, rewritings, tracked } = this.model;
    const { diagram } = matches.space;
    const { action } = rule.rule;
    const next = new Pieces(diagram);
    for (const [rewriting, set] of running.entries()) {
      diagram.spend(1);
      let hit = diagram.and(set, matches.of(rule.rule, rewriting));
      const chain = rule.to;
      if (needsEntry(action)) hit = diagram.and(hit, withEntry(rewriting, tracked));
      next.add(rewriting, diagram.minus(set, hit));
      if (hit === FALSE) continue;
      for (const question of matches.prepare(rule.rule).questions) this.model.met.add(question);
      if (chain === undefined) next.add(rewritings.known(alter(rewriting.value, action)), hit);
      else {
        const inside = new Pieces(diagram);
        inside.add(rewriting, hit);
        (action.kind === 'goto' ? back : next).addAll(this.through(chain, inside, ended));
      }
    }
    return next;
  }

  /** Rules that alter nothing, as one function inside of a set. */
  private plainFunction(rules: readonly SideRule[], set: number, rewriting: KnownRewriting, whole: number): number {
    const { matches } = this.model;
    const { diagram } = matches.space;
    let asked = rules;
    if (rules.length >= MANY_RULES) {
      const projection = new Projection(matches.space, set);
      asked = rules.filter(({ rule }) => projection.mayMatch(matches.prepare(rule), rewriting));
      diagram.spend(rules.length >> 4);
    }
    const fold = (from: number, to: number): number => {
      if (from === to) return HOLE;
      if (to - from === 1) return this.plainRule(asked[from] as SideRule, set, rewriting, whole);
      const middle = (from + to) >> 1;
      return diagram.over(fold(from, middle), fold(middle, to));
    };
    return fold(0, asked.length);
  }

  private plainRule(rule: SideRule, set: number, rewriting: KnownRewriting, whole: number): number {
    const { matches, ends } = this.model;
    const { diagram } = matches.space;
    const end = endOfRule(rule.rule);
    const chain = rule.to;
    const { action } = rule.rule;
    const isLost = chain === undefined && (action.kind === 'jump' || action.kind === 'goto');
    if (end === undefined && chain === undefined && !isLost) return HOLE;
    diagram.spend(1);
    const hit = diagram.and(set, matches.of(rule.rule, rewriting));
    if (hit === FALSE) return HOLE;
    for (const question of matches.prepare(rule.rule).questions) this.model.met.add(question);
    if (isLost) return diagram.guard(hit, ends.terminalOf({ kind: 'unknown', text: `-j ${action.chain}` }));
    if (end !== undefined) return diagram.guard(hit, ends.terminalOf(end));
    if (chain === undefined) return HOLE;
    // What several rules call is evaluated once for all packets, not for each of them.
    const f =
      (this.callers.get(chain) ?? 0) > 1
        ? diagram.guard(hit, this.chainFunction(chain, whole, rewriting, whole))
        : this.chainFunction(chain, hit, rewriting, whole);
    return action.kind === 'goto' ? diagram.over(f, diagram.guard(hit, ends.back)) : f;
  }

  private chainFunction(chain: SideChain, set: number, rewriting: KnownRewriting, whole: number): number {
    const { functions, ends, matches } = this.model;
    const key = `${this.contentOf(chain)} ${set} ${rewriting.id}`;
    const found = functions.get(key);
    if (found !== undefined) return found;
    const f = matches.space.diagram.erase(this.plainFunction(chain.asked, set, rewriting, whole), ends.back);
    functions.set(key, f);
    return f;
  }

  /** Equal for chains that do the same, also below. */
  private contentOf(chain: SideChain): number {
    const known = this.contents.get(chain);
    if (known !== undefined) return known;
    const key = chain.asked
      .map((rule) => {
        const to = rule.to;
        return to === undefined ? rule.meaning : `${rule.meaning}>${this.contentOf(to)}`;
      })
      .join();
    const content = this.model.contents.get(key) ?? this.model.contents.size;
    this.model.contents.set(key, content);
    this.contents.set(chain, content);
    return content;
  }

  private isAltering(rule: SideRule): boolean {
    if (alters(rule.rule.action)) return true;
    const chain = rule.to;
    if (chain === undefined) return false;
    const known = this.altering.get(chain);
    if (known !== undefined) return known;
    const is = chain.asked.some((one) => this.isAltering(one));
    this.altering.set(chain, is);
    return is;
  }
}

function callersFrom(side: Side, base: SideChain): ReadonlyMap<SideChain, number> {
  const callers = new Map<SideChain, number>();
  for (const { asked } of chainsFrom(side, base) ?? []) {
    for (const rule of asked) {
      const to = rule.to;
      if (to !== undefined) callers.set(to, (callers.get(to) ?? 0) + 1);
    }
  }
  return callers;
}
