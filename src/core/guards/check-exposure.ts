import { protocolName } from '../packets/rule/protocol-number.ts';
import type { OpenedShare } from '../packets/traffic/measure-opened.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { FAMILIES, type Family } from '../rules/types.ts';
import type { Opened } from '../traffic/opened-by-plan.ts';
import type { Evidence, Guard } from './types.ts';

export const exposure: Guard<'FWG07', '--allow-exposure'> = {
  id: 'FWG07',
  flag: '--allow-exposure',
  summary: 'Go on although much more of the network gets through than before.',
  sarif: 'Much more of the network may get through than before',
  closedWhen:
    'more than 1/256 of all addresses come to more than 1,024 ports of one protocol, or to one without ports, that was closed to them: live, or when a person last confirmed',
  shows: 'the way of the packets, the protocol, the share of all addresses and the number of ports',
  needsMachine: true,
  check: ({ opened = [] }) => judge(opened),
};

/** A network of the size of a /8 and no more, or so many ports and no more: two are not added up, since an opening needs both. */
export const NARROW_SOURCES = 1 / 256;
const PORTS = 1024;
/** Paths and protocols that the evidence names. */
const NAMED = 6;

function judge(opened: readonly Opened[]): readonly Evidence[] {
  const byNamespace = new Map<string, Opened[]>();
  for (const one of opened) {
    const name = namespaceLabel(one.namespace);
    byNamespace.set(name, [...(byNamespace.get(name) ?? []), one]);
  }
  return [...byNamespace.values()].flatMap((all) => [...all.flatMap(notJudged), ...tooWide(all)]);
}

function notJudged({ namespace, family, result }: Opened): readonly Evidence[] {
  if (!('unknown' in result)) return [];
  const evidence = [`${family}: ${result.unknown}`];
  return [{ title: 'what it opens cannot be judged', namespace, families: [family], evidence }];
}

/** What is opened of one namespace. What both comparisons find, and what holds for both families, stands once. */
function tooWide(opened: readonly Opened[]): readonly Evidence[] {
  const [first] = opened;
  const found = new Map<string, Map<Family, string>>();
  for (const { family, since, result } of opened) {
    for (const share of 'unknown' in result ? [] : result.shares.filter(isWide)) {
      const text = shareText(share);
      const families = found.get(text) ?? new Map<Family, string>();
      const known = families.get(family);
      found.set(text, families.set(family, known === undefined ? since : `${known} and ${since}`));
    }
  }
  if (first === undefined || found.size === 0) return [];
  const lines = [...found].flatMap(([text, families]) =>
    joined(families).map(([names, since]) => `${names} ${text}, compared with ${since}`),
  );
  const more = lines.length - NAMED;
  return [
    {
      title: 'much more gets through than before',
      namespace: first.namespace,
      families: FAMILIES.filter((family) => [...found.values()].some((families) => families.has(family))),
      evidence: [...lines.slice(0, NAMED), ...(more > 0 ? [`and ${more} more`] : [])],
    },
  ];
}

function joined(families: ReadonlyMap<Family, string>): readonly (readonly [families: string, since: string])[] {
  const [since, ...others] = new Set(families.values());
  if (since === undefined || others.length > 0) return [...families];
  return [[[...families.keys()].join(' and '), since]];
}

function isWide({ sources, ports }: OpenedShare): boolean {
  return sources > NARROW_SOURCES && (ports === 0 || ports > PORTS);
}

function shareText({ path, protocol, sources, ports }: OpenedShare): string {
  const percent = sources >= 0.01 ? `${Math.floor(sources * 100)} %` : `1/${Math.round(1 / sources)}`;
  const where = ports === 0 ? '' : ` to ${ports} ports`;
  const name = protocolName(protocol);
  return `${path}, ${/^\d+$/.test(name) ? `protocol ${name}` : name}: from ${percent} of all addresses${where}`;
}
