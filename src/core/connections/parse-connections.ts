import { LIMITS } from '../limits.ts';
import { TCP, UDP } from '../packets/rule/protocol-number.ts';
import { FAMILIES, type Family } from '../rules/types.ts';
import type { Connection, Tuple } from './types.ts';

export type ParsedConnections = {
  readonly connections: readonly Connection[];
  /** Entries of other protocols, of zones that only one direction has, and those beyond the limit. */
  readonly others: number;
};

/** A TCP connection in one of these states is over; its entry only waits to be forgotten. */
const OVER: ReadonlySet<string> = new Set(['TIME_WAIT', 'CLOSE']);

/** What `conntrack -L -o extended,id` prints. Throws for a line that it does not print: of a table that is half read nothing is known. */
export function parseConnections(output: string): ParsedConnections {
  const connections: Connection[] = [];
  const elsewhere = new Set<string>();
  let others = 0;
  for (const line of output.split('\n')) {
    if (line === '') continue;
    const entry = parseEntry(line);
    if (entry === 'over') continue;
    if (entry === 'other' || connections.length >= LIMITS.connections.most) others += 1;
    else if (entry.oneWay) {
      others += 1;
      elsewhere.add(tupleKey(entry.connection));
    } else connections.push(entry.connection);
  }
  // The conntrack program cannot tell it from one in a zone that only one direction has.
  const unique = connections.filter((connection) => !elsewhere.has(tupleKey(connection)));
  return { connections: unique, others: others + connections.length - unique.length };
}

type Entry = { readonly connection: Connection; readonly oneWay: boolean };

function parseEntry(line: string): Entry | 'other' | 'over' {
  const [familyWord = '', , , protocolWord = '', ...words] = line.trim().split(/ +/);
  const family = FAMILIES.find((one) => one === familyWord);
  const protocol = /^\d{1,3}$/.test(protocolWord) ? Number(protocolWord) : undefined;
  if (family === undefined || protocol === undefined) throw new Error(`not a line of conntrack: ${line.slice(0, 200)}`);
  if (protocol !== TCP && protocol !== UDP) return 'other';
  if (words.some((word) => OVER.has(word))) return 'over';
  const values = new Map<string, string[]>();
  for (const word of words) {
    const [, key = '', value = ''] = /^([a-z-]+)=(.*)$/.exec(word) ?? [];
    if (key !== '') values.set(key, [...(values.get(key) ?? []), value]);
  }
  const [original, reply] = [tupleOf(values, 0), tupleOf(values, 1)];
  const id = values.get('id')?.[0];
  const zone = values.get('zone')?.[0] ?? '0';
  if (original === undefined || reply === undefined || id === undefined || !isNumber(id) || !isNumber(zone)) {
    throw new Error(`not a line of conntrack: ${line.slice(0, 200)}`);
  }
  return {
    connection: { id, family, protocol, original, reply, zone: Number(zone) },
    oneWay: values.has('zone-orig') || values.has('zone-reply'),
  };
}

function tupleOf(values: ReadonlyMap<string, readonly string[]>, at: 0 | 1): Tuple | undefined {
  const [source, destination] = [values.get('src')?.[at], values.get('dst')?.[at]];
  const [sourcePort, destinationPort] = [values.get('sport')?.[at], values.get('dport')?.[at]];
  if (source === undefined || destination === undefined || !isAddress(source) || !isAddress(destination))
    return undefined;
  if (sourcePort === undefined || destinationPort === undefined || !isNumber(sourcePort) || !isNumber(destinationPort))
    return undefined;
  return { source, destination, sourcePort: Number(sourcePort), destinationPort: Number(destinationPort) };
}

function isNumber(text: string): boolean {
  return /^\d{1,10}$/.test(text);
}

function isAddress(text: string): boolean {
  return /^[0-9a-fA-F:.]{2,45}$/.test(text);
}

/** Equal for entries that only a zone tells apart. */
export function tupleKey({ family, protocol, original, reply }: Omit<Connection, 'id' | 'zone'>): string {
  return [family, protocol, tupleText(original), tupleText(reply)].join(' ');
}

function tupleText({ source, sourcePort, destination, destinationPort }: Tuple): string {
  return `${source} ${sourcePort} ${destination} ${destinationPort}`;
}

/** Equal for an entry and one that came back for it, whichever side spoke first. */
export function endsKey({ family, protocol, zone, original, reply }: Connection): string {
  const ends = [
    `${original.source} ${original.sourcePort}`,
    `${reply.source} ${reply.sourcePort}`,
  ].sort() as readonly string[];
  return [family as Family, protocol, zone, ...ends].join(' ');
}
