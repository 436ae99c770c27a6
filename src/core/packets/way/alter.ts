import type { Family } from '../../rules/types.ts';
import { printAddress } from '../print-address.ts';
import type { Action, Translation } from '../types/action.ts';
import type { Range } from '../types/condition.ts';
import { copyBits, type Rewriting, setBits } from './rewriting.ts';

/** Whether a rule changes packets without ending their way through the table. */
export function alters({ kind }: Action): boolean {
  return ALTERING.has(kind);
}

const ALTERING: ReadonlySet<Action['kind']> = new Set([
  ...(['mark', 'connection-mark', 'save-mark', 'restore-mark', 'untrack', 'rewrite', 'fill-set'] as const),
]);

/** Actions on what conntrack holds do nothing for a packet that it does not follow. */
export function needsEntry({ kind }: Action): boolean {
  return kind === 'connection-mark' || kind === 'save-mark' || kind === 'restore-mark';
}

export function alter(rewriting: Rewriting, action: Action): Rewriting {
  switch (action.kind) {
    case 'mark':
      return { ...rewriting, mark: setBits(rewriting.mark, action.clear, action.xor) };
    case 'connection-mark':
      return { ...rewriting, connectionMark: setBits(rewriting.connectionMark, action.clear, action.xor) };
    case 'save-mark': {
      const { connectionMark, mark } = rewriting;
      return {
        ...rewriting,
        connectionMark: copyBits(connectionMark, action.connectionMask, mark, action.packetMask),
      };
    }
    case 'restore-mark': {
      const { connectionMark, mark } = rewriting;
      return { ...rewriting, mark: copyBits(mark, action.packetMask, connectionMark, action.connectionMask) };
    }
    case 'untrack':
      return { ...rewriting, untracked: 'rule' };
    case 'rewrite': {
      // What came before may matter: a TTL may be lowered twice.
      const before = rewriting.others[action.what];
      const all = before === undefined ? action.key : `${before}; ${action.key}`;
      return { ...rewriting, others: { ...rewriting.others, [action.what]: all } };
    }
    case 'fill-set':
      return rewriting.filled.includes(action.text)
        ? rewriting
        : { ...rewriting, filled: [...rewriting.filled, action.text] };
    default:
      return rewriting;
  }
}

/** The packet behind a rule of nat that translates it. */
export function translate(
  rewriting: Rewriting,
  what: 'source' | 'destination',
  to: Translation,
  family: Family,
): Rewriting {
  const text = printTranslation(to, family);
  if (what === 'source') return { ...rewriting, from: text };
  const all: Range = [0n, (1n << (family === 'ipv4' ? 32n : 128n)) - 1n];
  const addresses = to.local === true ? all : to.addresses;
  return {
    ...rewriting,
    to: text,
    ...(addresses === undefined ? {} : { destination: { range: addresses, pick: text } }),
    ...(to.ports === undefined ? {} : { destinationPort: { range: to.ports, pick: text } }),
  };
}

function printTranslation({ addresses, ports, local }: Translation, family: Family): string {
  const hosts = addresses === undefined ? '' : addresses.map((one) => printAddress(family, one));
  const host = local === true ? 'this host' : typeof hosts === 'string' ? hosts : [...new Set(hosts)].join('-');
  if (ports === undefined) return host;
  const port = [...new Set(ports)].join('-');
  return family === 'ipv6' && host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
