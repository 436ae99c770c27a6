import { BOUNDED, type BoundedField, type Bounds, bothOf, boundsIn, boundsOf, mayMeet } from './bounds.ts';
import { chainsFrom, chainsOn, hasRule, type Side, type SideChain, type SideRule, someOtherRule } from './side.ts';
import { stagesOf, type Way } from './way.ts';

/** With more callers than that, getting to a chain is taken for granted. */
const MANY_CALLERS = 64;
/** More bounds than these are not held against each rule. */
const MOST_BOUNDS = 256;

/**
 * Leaves to each chain, as `asked`, the rules that a packet may meet which can meet a changed rule on some way; marks of changes have to be set. All other rules are the same on both
 * sides and no such packet meets them, so without them such a packet goes where it goes, and any other one meets no changed rule still. With a changed policy, or a changed
 * rule that asks for nothing of this, all rules stay.
 */
export function askOnly(sides: readonly Side[], ways: readonly Way[]): void {
  const fields = new Fields(sides, ways);
  const bounds = boundsOfChanges(sides, ways, fields);
  if (bounds !== undefined) ask(sides, ways, fields, bounds);
}

/** The same of the packets inside of some bounds, whatever they were when it was last asked: of one side that does not change. */
export function askOnlyInside(side: Side, way: Way, bounds: Bounds): void {
  ask([side], [way], new Fields([side], [way]), [bounds]);
}

function ask(sides: readonly Side[], ways: readonly Way[], fields: Fields, bounds: readonly Bounds[]): void {
  for (const side of sides) {
    const chains = [...new Set(ways.flatMap((way) => chainsOn(side, way)))];
    for (const chain of chains) chain.asked = [];
    const reached = new Set(ways.flatMap((way) => basesOf(side, way)));
    for (const chain of reached) {
      const known = fields.of(chain);
      const { family } = side.firewall;
      chain.asked = chain.rules.filter((rule) => {
        const own = rule.plain?.bounds ?? boundsOf(rule.rule, family);
        return bounds.some((one) => mayMeet(one, own, known));
      });
      for (const { to } of chain.asked) if (to !== undefined) reached.add(to);
    }
  }
}

/** What packets are bounded by that can meet a changed rule; undefined where that may be any. */
function boundsOfChanges(sides: readonly Side[], ways: readonly Way[], fields: Fields): readonly Bounds[] | undefined {
  const all = new Map<string, Bounds>();
  for (const side of sides) {
    const chains = [...new Set(ways.flatMap((way) => chainsOn(side, way)))];
    if (chains.some(({ changedPolicy }) => changedPolicy)) return undefined;
    const getting = new Getting(side, ways, fields);
    for (const chain of chains) {
      for (const rule of chain.rules) {
        if (!rule.changed || rule.rule.action.kind === 'continue') continue;
        for (const one of getting.matching(rule)) {
          if (Object.keys(one).length === 0) return undefined;
          all.set(
            JSON.stringify(one, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
            one,
          );
          if (all.size > MOST_BOUNDS) return undefined;
        }
      }
    }
  }
  return [...all.values()];
}

/** What packets are bounded by that get to the chains of one side. */
class Getting {
  private readonly side: Side;
  private readonly fields: Fields;
  private readonly bases: ReadonlySet<SideChain>;
  private readonly callers = new Map<SideChain, SideRule[]>();
  private readonly known = new Map<SideChain, readonly Bounds[]>();

  constructor(side: Side, ways: readonly Way[], fields: Fields) {
    this.side = side;
    this.fields = fields;
    this.bases = new Set(ways.flatMap((way) => basesOf(side, way)));
    for (const { rules } of new Set(ways.flatMap((way) => chainsOn(side, way)))) {
      for (const rule of rules) {
        if (rule.to === undefined) continue;
        const list = this.callers.get(rule.to) ?? [];
        list.push(rule);
        this.callers.set(rule.to, list);
      }
    }
  }

  matching(rule: SideRule): readonly Bounds[] {
    const { chain, plain } = rule;
    const known = plain?.bounds ?? boundsOf(rule.rule, this.side.firewall.family);
    const own = boundsIn(known, this.fields.of(chain));
    return this.gettingTo(chain).flatMap((one) => bothOf(one, own) ?? []);
  }

  private gettingTo(chain: SideChain): readonly Bounds[] {
    const known = this.known.get(chain);
    if (known !== undefined) return known;
    const callers = this.callers.get(chain) ?? [];
    const isOpen = this.bases.has(chain) || callers.length > MANY_CALLERS;
    const found = isOpen ? [{}] : callers.flatMap((rule) => this.matching(rule));
    const bounds = found.length > MANY_CALLERS ? [{}] : found;
    this.known.set(chain, bounds);
    return bounds;
  }
}

/** Which fields of a packet are as they came in, for each chain on all ways to it. */
class Fields {
  private readonly changed = new Map<string, Set<BoundedField>>();
  private readonly lists = new Map<string, readonly BoundedField[]>();

  constructor(sides: readonly Side[], ways: readonly Way[]) {
    for (const way of ways) {
      const written = new Set<BoundedField>();
      // What this host sends is routed anew where a rule marks it.
      if (
        way.path === 'OUTPUT' &&
        sides.some((side) => chainsOn(side, way).some((chain) => hasRule(chain, mayReroute)))
      )
        written.add('output');
      for (const stage of stagesOf(way)) {
        const chains = sides.flatMap((side) => {
          const base = side.tables.get(stage.table)?.get(stage.chain);
          return base === undefined ? [] : (chainsFrom(side, base) ?? []);
        });
        for (const chain of chains) this.note(chain, written);
        if (stage.table !== 'nat' || !chains.some((chain) => hasRule(chain, mayRedirect))) continue;
        written.add('destination').add('destinationPort').add('output');
      }
    }
  }

  of(chain: SideChain): readonly BoundedField[] {
    const key = keyOf(chain);
    const known = this.lists.get(key);
    if (known !== undefined) return known;
    const changed = this.changed.get(key);
    const list = BOUNDED.filter((field) => changed?.has(field) !== true);
    this.lists.set(key, list);
    return list;
  }

  private note(chain: SideChain, written: ReadonlySet<BoundedField>): void {
    if (written.size === 0) return;
    const key = keyOf(chain);
    this.changed.set(key, new Set([...(this.changed.get(key) ?? []), ...written]));
  }
}

function basesOf(side: Side, way: Way): readonly SideChain[] {
  return stagesOf(way).flatMap(({ table, chain }) => side.tables.get(table)?.get(chain) ?? []);
}

function keyOf({ table, name }: SideChain): string {
  return `${table} ${name}`;
}

const mayReroute = someOtherRule(({ rule: { action } }) =>
  ['mark', 'restore-mark', 'rewrite', 'unknown'].includes(action.kind),
);

const mayRedirect = someOtherRule(
  ({ rule: { action } }) => (action.kind === 'translate' && action.what === 'destination') || action.kind === 'unknown',
);
