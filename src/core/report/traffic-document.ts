import { LIMITS } from '../limits.ts';
import type { Flow, Outcome, PathTraffic, Region, RulePlace, Supposition, Traffic } from '../packets/types/traffic.ts';
import { type Source, splitOrigin } from '../plan/view/placed.ts';

export type PlaceDocument = {
  readonly table: RulePlace['table'];
  readonly chain: string;
  /** Null for the policy. */
  readonly number: number | null;
  /** The rule as iptables-save prints it, or the policy. */
  readonly rule: string;
  readonly source: Source | null;
};

export type OutcomeDocument = {
  readonly verdict: Outcome['verdict'];
  readonly detail: string | null;
  /** Where DNAT or REDIRECT sends it. */
  readonly to: string | null;
  /** Whom it comes from after SNAT or MASQUERADE. */
  readonly from: string | null;
  readonly by: PlaceDocument;
  /** How many more rules and policies decide so about packets of the region. */
  readonly others: number;
};

/** Null: anything. */
export type FlowDocument = {
  readonly protocol: readonly string[] | null;
  readonly source: readonly string[] | null;
  readonly destination: readonly string[] | null;
  readonly source_ports: readonly string[] | null;
  readonly destination_ports: readonly string[] | null;
  readonly input: readonly string[] | null;
  readonly output: readonly string[] | null;
  readonly also: readonly string[];
  readonly where: readonly string[];
};

export type RegionDocument = {
  readonly effect: Region['effect'];
  readonly was: OutcomeDocument;
  readonly will: OutcomeDocument;
  /** The changed rule that is responsible, and on which side it stands. */
  readonly rule: PlaceDocument & { readonly side: 'before' | 'after' };
  readonly flows: readonly FlowDocument[];
  /** Flows that are not listed; where not all were made out there may be more. */
  readonly more_flows: number;
};

export type PathDocument = {
  readonly family: PathTraffic['family'];
  readonly path: PathTraffic['path'];
  readonly connections: PathTraffic['connections'];
  readonly claim: PathTraffic['claim']['kind'];
  /** The limit that was reached, of `at-most`. */
  readonly nodes: number | null;
  /** Why, of `not-judged`. */
  readonly because: string | null;
  readonly no_effect: boolean;
  readonly questions: readonly string[];
  readonly regions: readonly RegionDocument[];
  /** Regions that are not listed. */
  readonly more_regions: number;
};

export type TrafficDocument = {
  readonly namespaces: readonly string[];
  readonly supposing: Supposition | null;
  /** Null where that was not asked. */
  readonly not_looked_at: readonly string[] | null;
  readonly paths: readonly PathDocument[];
};

/** Traffic under the names of documents, the stream and receipts. */
export function trafficDocument({ namespaces, paths, supposing, notLookedAt }: Traffic): TrafficDocument {
  return {
    namespaces,
    supposing: supposing ?? null,
    not_looked_at: notLookedAt ?? null,
    paths: paths.map(pathDocument),
  };
}

function pathDocument({ family, path, connections, claim, regions, questions, noEffect }: PathTraffic): PathDocument {
  const listed = regions.slice(0, LIMITS.trafficRegions.most);
  return {
    family,
    path,
    connections,
    claim: claim.kind,
    nodes: claim.kind === 'at-most' ? claim.nodes : null,
    because: claim.kind === 'not-judged' ? claim.because : null,
    no_effect: noEffect,
    questions,
    regions: listed.map(regionDocument),
    more_regions: regions.length - listed.length,
  };
}

function regionDocument({ effect, was, will, rule, flows, more }: Region): RegionDocument {
  return {
    effect,
    was: outcomeDocument(was),
    will: outcomeDocument(will),
    rule: { ...placeDocument(rule), side: rule.side },
    flows: flows.map(flowDocument),
    more_flows: more,
  };
}

function outcomeDocument({ verdict, detail, to, from, by, others = 0 }: Outcome): OutcomeDocument {
  return { verdict, detail: detail ?? null, to: to ?? null, from: from ?? null, by: placeDocument(by), others };
}

function placeDocument({ table, chain, number, text, origin }: RulePlace): PlaceDocument {
  return { table, chain, number: number ?? null, rule: text, source: splitOrigin(origin) };
}

function flowDocument(flow: Flow): FlowDocument {
  return {
    protocol: flow.protocol ?? null,
    source: flow.source ?? null,
    destination: flow.destination ?? null,
    source_ports: flow.sourcePorts ?? null,
    destination_ports: flow.destinationPorts ?? null,
    input: flow.input ?? null,
    output: flow.output ?? null,
    also: flow.also ?? [],
    where: flow.where ?? [],
  };
}
