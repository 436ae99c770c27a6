import type { Flow } from '../../core/packets/types/traffic.ts';

/** Items of one list that a line shows. */
const SHOWN = 4;

/** A set of packets in one line that is not cleaned yet: `tcp 198.51.100.64/26 -> any port 22 in eth0, where limit 5/sec lets it pass`. */
export function flowText(flow: Flow, shown = SHOWN): string {
  const { protocol, source, destination, sourcePorts, destinationPorts, input, output, also = [], where = [] } = flow;
  const list = (items: readonly string[]) => listed(items, shown);
  return [
    protocol === undefined ? 'any' : list(protocol),
    source === undefined ? 'any' : list(source),
    ...(sourcePorts === undefined ? [] : [`port ${list(sourcePorts)}`]),
    '->',
    destination === undefined ? 'any' : list(destination),
    ...(destinationPorts === undefined ? [] : [`port ${list(destinationPorts)}`]),
    ...(input === undefined ? [] : [`in ${list(input)}`]),
    ...(output === undefined ? [] : [`out ${list(output)}`]),
    ...(also.length === 0 ? [] : [`(${also.join(', ')})`]),
    ...(where.length === 0 ? [] : [`where ${where.join(' and ')}`]),
  ].join(' ');
}

function listed(items: readonly string[], shown: number): string {
  // One more is as short as the words that say that it is left out.
  if (items.length <= shown + 1) return items.join(',');
  return `${items.slice(0, shown).join(',')} (and ${items.length - shown} more)`;
}
