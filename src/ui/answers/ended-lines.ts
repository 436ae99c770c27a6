import type { ConnectionIn, EndedConnections, LeftBecause } from '../../core/connections/ended.ts';
import { protocolName } from '../../core/packets/rule/protocol-number.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { quantity } from '../text/quantity.ts';

/** Connections that are named; of more there is the number. */
const NAMED = 5;

const WHY: Readonly<Record<'came-back' | LeftBecause, string>> = {
  'came-back': 'came back: a packet of one side made a new entry',
  'let-in': 'not ended: the rules and sets that are live now are not known to refuse it',
  translated: 'not ended: translated, and without an entry the next packet may leave untranslated',
  socket: 'not ended: its socket on this host could not be closed (ss -K)',
  'too-many': 'not ended: an apply ends no more',
  failed: 'not ended: conntrack failed',
};

/** What became of the connections that an apply was to end. */
export function endedLines({ ended, gone, cameBack, left, problems }: EndedConnections): readonly string[] {
  const others = gone === 0 ? '' : `, ${quantity(gone, 'had', 'had')} ended before`;
  const goOn = [...cameBack.map((one) => ({ ...one, why: 'came-back' as const })), ...left];
  const more = goOn.length - NAMED;
  return [
    `Connections: ${ended} ended${others}${goOn.length === 0 ? '' : `, ${goOn.length} not`}.`,
    ...goOn.slice(0, NAMED).map((one) => `  ${connectionText(one)}: ${WHY[one.why]}`),
    ...(more > 0 ? [`  and ${more} more: --json lists them`] : []),
    ...problems.map((problem) => `  ${problem}`),
  ];
}

function connectionText({ namespace, connection }: ConnectionIn): string {
  const { protocol, original, zone } = connection;
  const ends = `${placeText(original.source, original.sourcePort)} -> ${placeText(original.destination, original.destinationPort)}`;
  return `${namespaceLabel(namespace)}: ${protocolName(protocol)} ${ends}${zone === 0 ? '' : ` in zone ${zone}`}`;
}

function placeText(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
