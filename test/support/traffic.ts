import { compareTraffic } from '../../src/core/packets/traffic/compare-traffic.ts';
import type { Firewall, KnownSet } from '../../src/core/packets/types/firewall.ts';
import type {
  Connections,
  Flow,
  Outcome,
  Path,
  PathTraffic,
  Region,
  RulePlace,
} from '../../src/core/packets/types/traffic.ts';
import type { Backend, Family, TableName } from '../../src/core/rules/types.ts';
import { tableOf } from './table-of.ts';

export type Texts = Partial<Record<TableName, string>> & { readonly sets?: readonly KnownSet[] };

/** A firewall from the lines of its tables. */
export function firewallOf(texts: Texts, family: Family = 'ipv4', backend: Backend = 'nft'): Firewall {
  const names: readonly TableName[] = ['raw', 'mangle', 'nat', 'filter', 'security'];
  const tables = names.flatMap((name) => (texts[name] === undefined ? [] : [tableOf(name, texts[name])]));
  return { family, backend, tables, sets: texts.sets ?? [], settings: { tcpLoose: true } };
}

export type Asked = { readonly path?: Path; readonly connections?: Connections; readonly family?: Family };

/** What a change does to one path, a line for each flow and the deciding rules behind it. */
export function trafficOf(before: Texts, after: Texts, asked: Asked = {}): readonly string[] {
  return linesOf(pathOf(before, after, asked));
}

export function pathOf(before: Texts, after: Texts, asked: Asked = {}): PathTraffic {
  const { path = 'INPUT', connections = 'new', family = 'ipv4' } = asked;
  const all = compareTraffic(firewallOf(before, family), firewallOf(after, family), { nodes: 1_000_000 });
  const found = all.find((one) => one.path === path && one.connections === connections);
  if (found === undefined) throw new Error('no such path');
  return found;
}

function linesOf({ claim, regions }: PathTraffic): readonly string[] {
  if (claim.kind !== 'exact') return [claim.kind, ...('because' in claim ? [claim.because] : [])];
  return regions.flatMap(linesOfRegion);
}

function linesOfRegion({ effect, was, will, rule, flows, more }: Region): readonly string[] {
  return [
    ...flows.map((flow) => `${effect}: ${printFlow(flow)}`),
    ...(more === 0 ? [] : [`and ${more} more`]),
    `  ${printOutcome(was)} => ${printOutcome(will)} because of ${rule.side} ${printPlace(rule)}`,
  ];
}

function printOutcome({ verdict, detail, to, from, by, others }: Outcome): string {
  const extras = [detail, to === undefined ? undefined : `to ${to}`, from === undefined ? undefined : `from ${from}`];
  const words = [verdict, ...extras.filter((extra) => extra !== undefined)].join(' ');
  return `${words} by ${printPlace(by)}${others === undefined ? '' : ` and ${others} more`}`;
}

function printPlace({ table, chain, number }: RulePlace): string {
  return `${table} ${chain}${number === undefined ? '' : ` ${number}`}`;
}

export function printFlow(flow: Flow): string {
  const side = (hosts: readonly string[] | undefined, ports: readonly string[] | undefined) =>
    `${hosts?.join(',') ?? 'any'}${ports === undefined ? '' : ` port ${ports.join(',')}`}`;
  return [
    flow.protocol?.join(',') ?? 'any',
    ...(flow.input === undefined ? [] : [`in ${flow.input.join(',')}`]),
    ...(flow.output === undefined ? [] : [`out ${flow.output.join(',')}`]),
    `${side(flow.source, flow.sourcePorts)} -> ${side(flow.destination, flow.destinationPorts)}`,
    ...(flow.also ?? []),
    ...(flow.where ?? []).map((answer) => `where ${answer}`),
  ].join(' ');
}
