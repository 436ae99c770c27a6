import type { Family } from '../../rules/types.ts';
import { parseNetwork } from '../address.ts';
import { TCP, UDP } from '../rule/protocol-number.ts';
import { readAction } from '../rule/read-action.ts';
import type { Action } from '../types/action.ts';
import { type Bounds, edge, type LinkPattern, type Span } from './bounds.ts';

/** What is known of a rule by a look at its text: where its packets come from and go to, and the chain in which they go on. */
export type PlainRule = { readonly bounds: Bounds; readonly chain?: string };

const NETWORK: Readonly<Record<Family, string>> = {
  ipv4: '\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}/\\d{1,2}',
  ipv6: '[0-9a-f:]{2,39}/\\d{1,3}',
};
const LINK = '[\\w.@-]+\\+?';
const PORT = '(?:\\d{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d\\d|655[0-2]\\d|6553[0-5])';

const PLAIN: Readonly<Record<Family, RegExp>> = { ipv4: plain(NETWORK.ipv4), ipv6: plain(NETWORK.ipv6) };

/** Rules as they are in long lists, in the order of iptables-save: addresses, interfaces, ports. */
function plain(network: string): RegExp {
  const fields = [
    `(?:(! )?-s (${network}) )?(?:(! )?-d (${network}) )?(?:(! )?-i (${LINK}) )?(?:(! )?-o (${LINK}) )?`,
    '(?:-p (tcp|udp) )?',
    `(?:-m physdev (?:--physdev-in (${LINK}) )?(?:--physdev-out (${LINK}) )?(?:--physdev-is-bridged )?)?`,
    '(?:-m mac --mac-source [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5} )?',
    `(?:-m (?:tcp|udp) (?:--sport ${PORT} )?(?:--dport (${PORT}) )?)?`,
    '-(j|g) ([\\w.:@-]+)',
  ];
  return new RegExp(`^${fields.join('')}$`);
}

const VERDICTS: ReadonlySet<Action['kind']> = new Set(['accept', 'drop', 'return']);

const PROTOCOLS: Readonly<Record<string, Span>> = { tcp: [TCP, TCP], udp: [UDP, UDP] };

/**
 * A rule that asks nothing but where a packet comes from and where it goes, and that ends the packet's way through the chain or leads it to another one: reading it for
 * all that it means can wait until a packet may meet it. Undefined for every other text.
 */
export function plainRule(text: string, family: Family): PlainRule | undefined {
  const found = PLAIN[family].exec(text);
  if (found === null) return undefined;
  const [, notSource, from, notDestination, to, notInput, input, notOutput, output, protocol, ...more] = found;
  const [bridgeInput, bridgeOutput, port, jump, target = ''] = more;
  const { kind } = readAction({ kind: jump === 'g' ? 'goto' : 'jump', name: target, options: [] }, family);
  const leads = kind === 'jump' || kind === 'goto';
  if (!leads && !VERDICTS.has(kind)) return undefined;
  const source = from === undefined ? undefined : networkSpan(from, family);
  const destination = to === undefined ? undefined : networkSpan(to, family);
  if ((from !== undefined && source === undefined) || (to !== undefined && destination === undefined)) return undefined;
  const bounds: Bounds = {
    ...(source === undefined || notSource !== undefined ? {} : { source }),
    ...(destination === undefined || notDestination !== undefined ? {} : { destination }),
    ...(protocol === undefined ? {} : { protocol: PROTOCOLS[protocol] ?? [0, 255] }),
    ...(port === undefined ? {} : { destinationPort: [Number(port), Number(port)] }),
    ...(input === undefined || notInput !== undefined ? {} : { input: pattern(input) }),
    ...(output === undefined || notOutput !== undefined ? {} : { output: pattern(output) }),
    ...(bridgeInput === undefined ? {} : { bridgeInput: pattern(bridgeInput) }),
    ...(bridgeOutput === undefined ? {} : { bridgeOutput: pattern(bridgeOutput) }),
  };
  return leads ? { bounds, chain: target } : { bounds };
}

function pattern(text: string): LinkPattern {
  return text.endsWith('+') ? { name: text.slice(0, -1), prefix: true } : { name: text, prefix: false };
}

function networkSpan(text: string, family: Family): Span | undefined {
  if (family === 'ipv4') return ipv4Span(text);
  const network = parseNetwork(text, family);
  if (network === undefined) return undefined;
  return [edge(network.value), edge(network.value | (((1n << 128n) - 1n) & ~network.mask))];
}

/** Of a text that PLAIN has let through, without the large numbers of `parseNetwork`. */
function ipv4Span(text: string): Span | undefined {
  let value = 0;
  let part = 0;
  let at = 0;
  for (; text.charCodeAt(at) !== SLASH; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== DOT) {
      part = part * 10 + code - ZERO;
      continue;
    }
    if (part > 255) return undefined;
    value = value * 256 + part;
    part = 0;
  }
  const bits = Number(text.slice(at + 1));
  if (part > 255 || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const address = value * 256 + part;
  const first = address - (address % size);
  return [first, first + size - 1];
}

const DOT = 46;
const SLASH = 47;
const ZERO = 48;
