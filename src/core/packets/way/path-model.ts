import { fieldOf, somePart } from '../rule/some-part.ts';
import { askOnly } from '../side/ask-only.ts';
import { chainsFrom, hasRule, type Side, someOtherRule } from '../side/side.ts';
import { stagesOf, type Way, wayOf } from '../side/way.ts';
import { noteScope, Scope } from '../space/scope.ts';
import { Seen } from '../space/seen.ts';
import { Space } from '../space/space.ts';
import { usesConntrack } from '../tracking.ts';
import type { Condition } from '../types/condition.ts';
import type { Firewall, KernelSettings } from '../types/firewall.ts';
import type { PacketRule } from '../types/rule.ts';
import type { Connections, Path } from '../types/traffic.ts';
import { Ends } from './ends.ts';
import type { Model } from './model.ts';
import { KEPT_CONNECTION_MARK, KEPT_MARK, NO_MARK, type Rewriting } from './rewriting.ts';
import { Rewritings } from './rewritings.ts';
import { type PreparedRule, RuleMatches } from './rule-matches.ts';

/** What rules tell apart, on some paths and for all sides that are compared: one for all of their models. */
export type Ground = {
  readonly sides: readonly Side[];
  readonly space: Space;
  readonly rewritings: Rewritings;
  readonly prepared: Map<PacketRule, PreparedRule>;
};

/** All that the packets of one path have in common. */
export type PathModel = {
  readonly model: Model;
  readonly scope: (connections: Connections) => number;
  /** Packets of a running connection that conntrack did not see begin. */
  readonly unseen: () => number;
};

/** Undefined where chains call each other in a circle. */
export function makeGround(
  sides: readonly Side[],
  paths: readonly Path[],
  more: (seen: Seen) => void = () => {},
): Ground | undefined {
  const [side] = sides;
  if (side === undefined) return undefined;
  const seen = new Seen();
  noteScope(seen);
  more(seen);
  if (sides.length > 1)
    askOnly(
      sides,
      paths.map((path) => wayOfSides(sides, path)),
    );
  const noted = new Set<PacketRule>();
  for (const path of paths) {
    const way = wayOfSides(sides, path);
    for (const one of sides) if (!noteRules(seen, one, way, noted)) return undefined;
  }
  const space = new Space(side.firewall.family, seen);
  return { sides, space, rewritings: new Rewritings(), prepared: new Map() };
}

export function pathModel(
  { sides, space, rewritings, prepared }: Ground,
  path: Path,
  connections: Connections,
): PathModel {
  const start = rewritings.known(untouched(path, connections));
  const scope = new Scope(space);
  const model: Model = {
    way: wayOfSides(sides, path),
    own: scope.own(path),
    matches: new RuleMatches(space, prepared, start, connections === 'new'),
    rewritings,
    ends: new Ends(space.diagram),
    functions: new Map(),
    contents: new Map(),
    met: new Set(),
    tracked: scope.tracked(),
    translatable: scope.translatable(path),
  };
  const settings = commonSettings(sides.map((one) => one.firewall));
  return {
    model,
    scope: (kind) => scope.packets(path, kind, settings, path === 'FORWARD' && !sides.some(tracksConnections)),
    unseen: () => scope.unseen(path, settings),
  };
}

/** What a packet has when it gets to the first table: a packet that comes in has no mark, and a new connection has none. */
function untouched(path: Path, connections: Connections): Rewriting {
  return {
    mark: path === 'OUTPUT' ? KEPT_MARK : NO_MARK,
    connectionMark: connections === 'new' ? NO_MARK : KEPT_CONNECTION_MARK,
    others: {},
    handed: [],
    filled: [],
  };
}

/** The way of a path, as the rules of all sides make it. */
export function wayOfSides(sides: readonly Side[], path: Path): Way {
  const isRedirected = sides.some((side) => {
    const base = side.tables.get('nat')?.get('PREROUTING');
    return (base === undefined ? [] : (chainsFrom(side, base) ?? [])).some((chain) => hasRule(chain, isRedirect));
  });
  // Sides of two backends share one way: then security and nat of INPUT are in the order of legacy.
  const isNft = sides.every(({ firewall }) => firewall.backend === 'nft');
  return wayOf(path, isRedirected, isNft ? 'nft' : 'legacy');
}

const isRedirect = someOtherRule(({ rule: { action } }) => action.kind === 'translate' && action.to.local === true);

function noteRules(seen: Seen, side: Side, way: Way, noted: Set<PacketRule>): boolean {
  const { family } = side.firewall;
  for (const { table, chain } of stagesOf(way)) {
    const base = side.tables.get(table)?.get(chain);
    if (base === undefined) continue;
    const chains = chainsFrom(side, base);
    if (chains === undefined) return false;
    for (const { asked } of chains) {
      for (const { rule } of asked) {
        if (noted.has(rule)) continue;
        noted.add(rule);
        for (const condition of rule.conditions) seen.add(condition, family);
        if (rule.action.kind !== 'translate') continue;
        const { what, to } = rule.action;
        if (to.addresses !== undefined) seen.addRange(what, to.addresses[0], to.addresses[1]);
        if (to.ports === undefined) continue;
        seen.addRange(what === 'source' ? 'sourcePort' : 'destinationPort', to.ports[0], to.ports[1]);
      }
    }
  }
  return true;
}

/**
 * Where conntrack looks at packets it puts fragments together first, so that no rule sees one; what this host gets is put together in any case.
 */
export function tracksConnections({ firewall }: Side): boolean {
  return firewall.tables.some(usesConntrack);
}

/** Whether a condition asks what conntrack knows of the packet. */
export function asksConntrack(condition: Condition): boolean {
  return somePart(condition, (part) => {
    const field = fieldOf(part);
    if (field !== undefined) return field === 'state' || field === 'connectionMark';
    return part.kind === 'question' && /^(conn|ct|helper|cluster|nfct)/.test(part.text);
  });
}

/** A setting that the sides do not share is not known. */
function commonSettings(firewalls: readonly Firewall[]): KernelSettings {
  const values = new Set(firewalls.map(({ settings }) => settings.tcpLoose));
  const [tcpLoose] = values;
  return values.size !== 1 || tcpLoose === undefined ? {} : { tcpLoose };
}
