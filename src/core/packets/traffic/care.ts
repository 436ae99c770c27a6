import { FALSE, TRUE } from '../diagram/node-table.ts';
import { chainsFrom, type Side, type SideChain, type SideRule } from '../side/side.ts';
import { stagesOf } from '../side/way.ts';
import type { PlaceName } from '../space/space.ts';
import type { Action } from '../types/action.ts';
import { translate } from '../way/alter.ts';
import type { Model } from '../way/model.ts';
import { KEPT_CONNECTION_MARK, KEPT_MARK } from '../way/rewriting.ts';
import { type KnownRewriting, READS } from '../way/rewritings.ts';
import { notYet, written } from './open-fields.ts';

/** With more callers than that, getting to a chain is taken for granted. */
const MANY_CALLERS = 64;
/** A set of more nodes is widened: it is met with every rule, while the difference itself is exact at the end. */
const MOST_NODES = 400;

/** The chains of a stage on one side, and who calls them. */
type Called = { readonly chains: readonly SideChain[]; readonly callers: ReadonlyMap<SideChain, readonly SideRule[]> };

/**
 * The packets that may meet a changed rule: a superset of all that changes, told without what stands around the rules. What rules or NAT wrote
 * over before is left open, and so is every question.
 */
export class Care {
  private readonly model: Model;
  private readonly sets: number[] = [];

  constructor(model: Model) {
    this.model = model;
  }

  of(sides: readonly Side[]): number {
    for (const side of sides) if (!this.addSide(side)) return TRUE;
    return this.model.matches.space.diagram.union(this.sets);
  }

  /** The same set, or one around it with few nodes: what lies deepest is left open first. */
  widened(care: number): number {
    const { diagram, places } = this.model.matches.space;
    const { space } = this.model.matches;
    let set = diagram.forget(care, space.answers());
    for (const place of [...places].reverse()) {
      if (diagram.sizeOf(set, MOST_NODES + 1) <= MOST_NODES) return set;
      set = diagram.forget(set, space.fields([place.name]));
    }
    return set;
  }

  /** False where a policy changes: then every packet may change. */
  private addSide(side: Side): boolean {
    const { matches, way, own } = this.model;
    const { diagram } = matches.space;
    const open = new Set<PlaceName>();
    const plain: readonly Arrival[] =
      own === FALSE ? [{ condition: TRUE }] : [{ condition: TRUE }, { condition: own, own: true }];
    const translations: (() => readonly Arrival[])[] = [];
    for (const { table, chain } of stagesOf(way)) {
      const base = side.tables.get(table)?.get(chain);
      const called = base === undefined ? undefined : calledFrom(side, base);
      if (base?.changedPolicy === true) return false;
      if (base === undefined || called === undefined) continue;
      const rules = called.chains.flatMap((one) => one.asked);
      for (const rule of rules) for (const field of written(rule, way.path)) open.add(field);
      const reach = new Reach(this.model, called, base, [...open, ...notYet(way.path, table, chain)]);
      for (const rule of rules) {
        if (!rule.changed) continue;
        const translated = reach.readsDestination(rule) ? translations.flatMap((found) => found()) : [];
        for (const arrival of [...plain, ...translated]) {
          this.sets.push(diagram.and(arrival.condition, reach.acting(rule, this.arrival(open, arrival))));
        }
      }
      if (table !== 'nat') continue;
      const arrival = this.arrival(open, {});
      translations.push(once(() => this.translations(rules, reach, arrival)));
    }
    return true;
  }

  /** Behind nat a packet may have another destination: rules are then asked as it came in and for each destination. */
  private translations(rules: readonly SideRule[], reach: Reach, arrival: KnownRewriting): readonly Arrival[] {
    const { diagram } = this.model.matches.space;
    const known = new Map<string, { condition: number; readonly action: Translating }>();
    for (const rule of rules) {
      const { action } = rule.rule;
      if (action.kind !== 'translate' || action.what !== 'destination') continue;
      const { addresses, ports, local } = action.to;
      const key = `${addresses?.join('-')} ${ports?.join('-')} ${local === true}`;
      const found = known.get(key) ?? { condition: FALSE as number, action };
      found.condition = diagram.or(found.condition, reach.matching(rule, arrival));
      known.set(key, found);
    }
    return [...known.values()].filter(({ condition }) => condition !== FALSE);
  }

  private arrival(open: ReadonlySet<PlaceName>, { action, own = false }: Omit<Arrival, 'condition'>): KnownRewriting {
    const { matches, rewritings, way } = this.model;
    const arriving = {
      ...matches.untouched.value,
      ...(own || open.has('mark') ? { mark: KEPT_MARK } : {}),
      ...(own || open.has('connectionMark') ? { connectionMark: KEPT_CONNECTION_MARK } : {}),
    };
    if (action === undefined) return rewritings.known(arriving);
    const { output: _, ...value } = translate(arriving, action, {
      path: way.path,
      family: matches.space.family,
      kept: { address: false, port: false },
    });
    return rewritings.known(value);
  }
}

type Translating = Extract<Action, { kind: 'translate' }>;

/** Packets that a rule of nat gives another destination; without an action those that keep theirs. */
type Arrival = {
  readonly condition: number;
  readonly action?: Translating;
  /** It came through lo, with marks of its way out. */
  readonly own?: boolean;
};

/** Which packets get to a rule, and meet it. */
class Reach {
  private readonly model: Model;
  private readonly called: Called;
  private readonly base: SideChain;
  private readonly open: number;
  private readonly known = new Map<string, number>();

  constructor(model: Model, called: Called, base: SideChain, open: readonly PlaceName[]) {
    this.model = model;
    this.called = called;
    this.base = base;
    this.open = model.matches.space.fields([...open].sort());
  }

  /** Whether another destination may be another answer, at the rule or on the way to it. */
  readsDestination(rule: SideRule, seen = new Set<SideChain>()): boolean {
    const { reads } = this.model.matches.prepare(rule.rule);
    if ((reads & (READS.destination | READS.destinationPort | READS.translated)) !== 0) return true;
    const below = rule.to;
    if (below !== undefined && !seen.has(below)) {
      seen.add(below);
      if (below.asked.some((one) => this.readsDestination(one, seen))) return true;
    }
    if (seen.has(rule.chain)) return false;
    seen.add(rule.chain);
    return (this.called.callers.get(rule.chain) ?? []).some((caller) => this.readsDestination(caller, seen));
  }

  /** Packets that the rule does something to. */
  acting(rule: SideRule, arrival: KnownRewriting): number {
    const { action } = rule.rule;
    if (action.kind === 'continue') return FALSE;
    const { diagram } = this.model.matches.space;
    const hit = this.matching(rule, arrival);
    const chain = rule.to;
    if (chain === undefined || action.kind === 'goto' || hit === FALSE) return hit;
    return diagram.and(hit, this.actingIn(chain, arrival));
  }

  matching(rule: SideRule, arrival: KnownRewriting): number {
    const { diagram } = this.model.matches.space;
    const alone = this.alone(rule, arrival);
    return alone === FALSE ? FALSE : diagram.and(alone, this.getting(rule.chain, arrival));
  }

  /** Packets that some rule of the chain acts on, whatever stands before it. */
  private actingIn(chain: SideChain, arrival: KnownRewriting): number {
    return this.remember(`acting ${chain.name} ${arrival.id}`, () => {
      const { diagram } = this.model.matches.space;
      const sets = chain.asked.map((rule) => {
        const { action } = rule.rule;
        if (action.kind === 'continue') return FALSE;
        const to = rule.to;
        const alone = this.alone(rule, arrival);
        if (to === undefined || action.kind === 'goto' || alone === FALSE) return alone;
        return diagram.and(alone, this.actingIn(to, arrival));
      });
      return diagram.union(sets);
    });
  }

  /** Packets that may get to the chain at all. */
  private getting(chain: SideChain, arrival: KnownRewriting): number {
    if (chain === this.base) return TRUE;
    return this.remember(`getting ${chain.name} ${arrival.id}`, () => {
      const callers = this.called.callers.get(chain) ?? [];
      if (callers.length > MANY_CALLERS) return TRUE;
      return this.model.matches.space.diagram.union(callers.map((rule) => this.matching(rule, arrival)));
    });
  }

  private alone({ rule }: SideRule, arrival: KnownRewriting): number {
    const { matches } = this.model;
    const { diagram } = matches.space;
    const set = diagram.forget(matches.of(rule, arrival), matches.space.answers());
    return diagram.forget(set, this.open);
  }

  private remember(key: string, compute: () => number): number {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const set = compute();
    this.known.set(key, set);
    return set;
  }
}

/** Only where a changed rule asks for it: a cluster has a translation for each of thousands of services. */
function once<Value>(compute: () => Value): () => Value {
  let value: { readonly found: Value } | undefined;
  return () => {
    value ??= { found: compute() };
    return value.found;
  };
}

function calledFrom(side: Side, base: SideChain): Called | undefined {
  const chains = chainsFrom(side, base);
  if (chains === undefined) return undefined;
  const callers = new Map<SideChain, SideRule[]>();
  for (const { asked } of chains) {
    for (const rule of asked) {
      const to = rule.to;
      if (to === undefined) continue;
      const list = callers.get(to);
      if (list === undefined) callers.set(to, [rule]);
      else list.push(rule);
    }
  }
  return { chains, callers };
}
