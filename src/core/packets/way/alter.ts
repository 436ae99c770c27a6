import type { Family } from '../../rules/types.ts';
import { anyAddress } from '../address.ts';
import { FALSE, TRUE } from '../diagram/node-table.ts';
import { printAddress } from '../print-address.ts';
import type { Action, Translation } from '../types/action.ts';
import type { Range } from '../types/condition.ts';
import type { Path } from '../types/traffic.ts';
import { copyBits, markKey, type Rewriting, setBits } from './rewriting.ts';
import type { KnownRewriting } from './rewritings.ts';

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

/** Of packets as they came in, those with an entry: none where the way so far decides it so. */
export function withEntry({ value }: KnownRewriting, tracked: number): number {
  if (value.entry === 'template') return TRUE;
  return value.entry === undefined || value.entry === 'own' ? tracked : FALSE;
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
      return rewriting.entry === 'none' ? { ...rewriting, entry: 'rule' } : rewriting;
    case 'rewrite': {
      if (action.what === 'conntrack') return withTemplate(rewriting, action.key);
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

/** CT gives a packet its template once: where it has one, or an entry, the kernel leaves it alone. */
function withTemplate(rewriting: Rewriting, key: string): Rewriting {
  if (rewriting.entry !== 'none') return rewriting;
  return { ...rewriting, entry: 'template', others: { ...rewriting.others, conntrack: key } };
}

/** How a translation to an address of this host is told: REDIRECT, MASQUERADE. */
export const THIS_HOST = 'this host';

/** What of a packet a translation leaves as it is, because it is so already. */
export type Kept = { readonly address: boolean; readonly port: boolean };

/** The packet behind a rule of nat that translates it. */
export function translate(
  rewriting: Rewriting,
  { what, to }: { readonly what: 'source' | 'destination'; readonly to: Translation },
  { path, family, kept }: { readonly path: Path; readonly family: Family; readonly kept: Kept },
): Rewriting {
  const { addresses, ports, ...local } = to;
  const changed: Translation = {
    ...local,
    ...(addresses === undefined || kept.address ? {} : { addresses }),
    ...(ports === undefined || kept.port ? {} : { ports }),
  };
  const text = printTranslation(changed, family);
  if (text === '') return rewriting;
  const others = to.picks === undefined ? rewriting.others : { ...rewriting.others, [`${what} picked`]: to.picks };
  if (what === 'source') return { ...rewriting, others, from: text };
  const hosts = changed.local === true ? thisHost(path, family) : changed.addresses;
  return {
    ...rewriting,
    others,
    to: text,
    ...(hosts === undefined ? {} : { destination: { range: hosts, pick: text } }),
    ...(changed.ports === undefined ? {} : { destinationPort: { range: changed.ports, pick: text } }),
    ...newOutput(path, changed, text),
  };
}

/** REDIRECT sends what this host sends to loopback, and what comes in to the address of the interface, which the rules do not tell. */
function thisHost(path: Path, family: Family): Range {
  const loopback = family === 'ipv4' ? 0x7f000001n : 1n;
  return path === 'OUTPUT' ? [loopback, loopback] : anyAddress(family);
}

/** What comes in is routed behind nat for the first time: its output is a part of the question. What this host sends is routed anew. */
function newOutput(path: Path, { local, addresses }: Translation, text: string): Pick<Rewriting, 'output'> {
  if (local === true) return path === 'INPUT' ? {} : { output: path === 'OUTPUT' ? 'lo' : 'none' };
  return path === 'OUTPUT' && addresses !== undefined ? { output: { routedAs: text } } : {};
}

/** Behind mangle OUTPUT the kernel routes anew what got another mark or TOS there. */
export function reroute(before: Rewriting, after: Rewriting): Rewriting {
  const key = (rewriting: Rewriting) => `${markKey(rewriting.mark)} ${rewriting.others.tos ?? ''}`;
  return key(before) === key(after) ? after : { ...after, output: { routedAs: key(after) } };
}

function printTranslation({ addresses, ports, local }: Translation, family: Family): string {
  const hosts = addresses === undefined ? '' : addresses.map((one) => printAddress(family, one));
  const host = local === true ? THIS_HOST : typeof hosts === 'string' ? hosts : [...new Set(hosts)].join('-');
  if (ports === undefined) return host;
  const port = [...new Set(ports)].join('-');
  return family === 'ipv6' && host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
