import { protocolName } from '../packets/rule/protocol-number.ts';
import type { OpenedShare } from '../packets/traffic/measure-opened.ts';
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
  check: ({ opened = [] }) => opened.flatMap(judge),
};

/** A network of the size of a /8 and no more, or so many ports and no more: two are not added up, since an opening needs both. */
const SOURCES = 1 / 256;
const PORTS = 1024;
/** Paths and protocols that the evidence names. */
const NAMED = 6;

function judge({ namespace, family, since, result }: Opened): readonly Evidence[] {
  const place = { namespace, families: [family] };
  if ('unknown' in result) {
    return [{ title: 'what it opens cannot be judged', ...place, evidence: [`${family}: ${result.unknown}`] }];
  }
  const wide = result.shares.filter(({ sources, ports }) => sources > SOURCES && (ports === 0 || ports > PORTS));
  if (wide.length === 0) return [];
  const lines = wide.map((share) => `${family} ${shareText(share)}, compared with ${since}`);
  const more = lines.length - NAMED;
  const evidence = [...lines.slice(0, NAMED), ...(more > 0 ? [`and ${more} more, compared with ${since}`] : [])];
  return [{ title: 'much more gets through than before', ...place, evidence }];
}

function shareText({ path, protocol, sources, ports }: OpenedShare): string {
  const percent = sources >= 0.01 ? `${Math.floor(sources * 100)} %` : `1/${Math.round(1 / sources)}`;
  const where = ports === 0 ? '' : ` to ${ports} ports`;
  return `${path}, ${protocolName(protocol)}: from ${percent} of all addresses${where}`;
}
