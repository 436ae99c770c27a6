import type { PathTraffic, Region, Traffic } from '../../core/packets/types/traffic.ts';
import { field } from '../text/field.ts';
import { claimWords, moreText, outcomeText, placeText, regionOrigin, setText } from '../traffic/traffic-words.ts';

/** Lines of `--format lines` about namespaces that change alike: one for each path with its claim, and one for each set of packets that changes. */
export function trafficLines(host: string, { namespaces, paths, supposing }: Traffic): readonly string[] {
  const names = field(namespaces.join(','));
  const remarks = supposing === undefined ? [] : [`supposing=${supposing}`];
  return paths.flatMap((path) => [
    [...head(host, names, path), 'claim', field(claimWords(path.claim, path.regions.length > 0)), ...remarks].join(
      '\t',
    ),
    ...path.regions.flatMap((region) => regionLines([...head(host, names, path), region.effect], region)),
  ]);
}

function head(host: string, names: string, { family, path, connections }: PathTraffic): readonly string[] {
  return ['*', host, names, family, path, connections];
}

function regionLines(start: readonly string[], region: Region): readonly string[] {
  const { flows, more, was, will, rule } = region;
  const origin = regionOrigin(region);
  const remarks = [
    `was=${field(outcomeText(was))}`,
    `will=${field(outcomeText(will))}`,
    `rule=${field(`${rule.side} ${placeText(rule)}`)}`,
    ...(origin === undefined ? [] : [`source=${field(origin)}`]),
  ];
  const lines = flows.map((flow) =>
    [...start, field(setText(region, flow, Number.POSITIVE_INFINITY)), ...remarks].join('\t'),
  );
  return more === 0 ? lines : [...lines, [...start, moreText(more, true), ...remarks].join('\t')];
}
