import type { Claim } from '../../../core/packets/types/traffic.ts';
import type { PathDocument, RegionDocument, TrafficDocument } from '../../../core/report/traffic-document.ts';
import { nameList } from '../../text/name-list.ts';
import { quantity } from '../../text/quantity.ts';
import { claimWords, pathTitle, SUPPOSITION_WORDS } from '../../traffic/traffic-words.ts';

/** What an apply did to traffic, as its receipt has it: each path with its claim and the number of changes. Where it was not asked nothing is said. */
export function receiptTraffic(traffic: readonly TrafficDocument[] | null | undefined): readonly string[] {
  if (traffic === undefined || traffic === null || traffic.length === 0) return [];
  return ['Traffic, as the plan told it:', ...traffic.flatMap(namespaceLines)];
}

function namespaceLines({ namespaces, paths, supposing }: TrafficDocument): readonly string[] {
  const names = nameList(namespaces);
  const spoken = paths.filter((path) => !isSilent(path));
  const silent = paths.length - spoken.length;
  return [
    ...(supposing === null ? [] : [`  ${SUPPOSITION_WORDS[supposing]}`]),
    ...spoken.map((path) => `  ${names}: ${pathLine(path)}`),
    ...(silent === 0 ? [] : [`  ${names}: ${quantity(silent, 'path')}: ${claimWords({ kind: 'exact' }, false)}`]),
  ];
}

function isSilent({ claim, regions }: PathDocument): boolean {
  return claim === 'exact' && regions.length === 0;
}

function pathLine(path: PathDocument): string {
  const { regions, more_regions: more } = path;
  const effects = (['opened', 'closed', 'other'] as const).flatMap((effect) => countOf(regions, effect));
  const counts = [...effects, ...(more === 0 ? [] : [`${more} more`])];
  const counted = counts.length === 0 ? '' : `: ${counts.join(', ')}`;
  return `${pathTitle(path)}: ${claimWords(claimOf(path), regions.length > 0)}${counted}`;
}

function countOf(regions: readonly RegionDocument[], effect: RegionDocument['effect']): readonly string[] {
  const count = regions.filter((region) => region.effect === effect).length;
  return count === 0 ? [] : [`${count} ${effect}`];
}

function claimOf({ claim, nodes, because }: PathDocument): Claim {
  if (claim === 'exact') return { kind: claim };
  return claim === 'at-most' ? { kind: claim, nodes: nodes ?? 0 } : { kind: claim, because: because ?? '' };
}
