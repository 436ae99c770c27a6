import ipaddr from 'ipaddr.js';
import type { Family } from '../../../src/core/rules/types.ts';
import { Unmodelled } from './refused.ts';

/** Brings the value of an option into the form in which iptables-save prints it; undefined where it says nothing. */
export type Normal = (value: string, family: Family) => string;

/** Options of a match or a target in the order in which they are printed. */
export type Extension = Readonly<Record<string, Normal>>;

const asIs =
  (form: RegExp): Normal =>
  (value) => {
    if (!form.test(value)) throw new Unmodelled(`the value ${value}`);
    return value;
  };

const text: Normal = (value) => (/^[\w-]+$/.test(value) ? value : `"${value.replace(/["'\\]/g, '\\$&')}"`);
const port = asIs(/^\d+(?::\d+)?$/);
const ports = asIs(/^\d+(?:[,:]\d+)*$/);
const hex: Normal = (value) => `0x${Number(asIs(/^(?:0x[0-9a-f]+|\d+)$/)(value, 'ipv4')).toString(16)}`;
const xmark: Normal = (value, family) => {
  const [mark = '', mask = '0xffffffff'] = value.split('/');
  return `${hex(mark, family)}/${hex(mask, family)}`;
};

const STATES = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED'];
const states: Normal = (value) => {
  const words = value.split(',');
  if (!words.every((word) => STATES.includes(word))) throw new Unmodelled(`the states ${value}`);
  return STATES.filter((state) => words.includes(state)).join(',');
};
const icmpType: Normal = (value) => (value === 'echo-request' ? '8' : asIs(/^\d+$/)(value, 'ipv4'));
const icmp6Type: Normal = (value) => (value === 'echo-request' ? '128' : asIs(/^\d+$/)(value, 'ipv6'));

export const MATCHES: Readonly<Record<string, Extension>> = {
  tcp: { '--sport': port, '--dport': port },
  udp: { '--sport': port, '--dport': port },
  icmp: { '--icmp-type': icmpType },
  icmp6: { '--icmpv6-type': icmp6Type },
  comment: { '--comment': text },
  conntrack: { '--ctstate': states },
  state: { '--state': states },
  multiport: { '--sports': ports, '--dports': ports },
  mark: { '--mark': hex },
  limit: { '--limit': asIs(/^\d+\/(?:sec|min|hour|day)$/), '--limit-burst': asIs(/^(?!5$)\d+$/) },
  set: { '--match-set': asIs(/^\S+$/) },
};

/** `hooks` are the built-in chains from which the target may be reached, in the one table in which it may stand. */
export type TargetForm = {
  readonly options: Extension;
  readonly only?: { readonly table: string; readonly hooks: readonly string[] };
};

export const TARGETS: Readonly<Record<string, TargetForm>> = {
  ACCEPT: { options: {} },
  DROP: { options: {} },
  RETURN: { options: {} },
  REJECT: {
    options: { '--reject-with': asIs(/^(?:icmp6?-[a-z-]+|tcp-reset)$/) },
    only: { table: 'filter', hooks: ['INPUT', 'FORWARD', 'OUTPUT'] },
  },
  LOG: { options: { '--log-prefix': text } },
  MARK: { options: { '--set-xmark': xmark } },
  MASQUERADE: { options: {}, only: { table: 'nat', hooks: ['POSTROUTING'] } },
  REDIRECT: { options: { '--to-ports': port }, only: { table: 'nat', hooks: ['PREROUTING', 'OUTPUT'] } },
  DNAT: { options: { '--to-destination': asIs(/^\S+$/) }, only: { table: 'nat', hooks: ['PREROUTING', 'OUTPUT'] } },
  SNAT: { options: { '--to-source': asIs(/^\S+$/) }, only: { table: 'nat', hooks: ['INPUT', 'POSTROUTING'] } },
};

/** Other names of options, as people write them. */
export const ALIASES: Readonly<Record<string, string>> = {
  '--source': '-s',
  '--destination': '-d',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--protocol': '-p',
  '--match': '-m',
  '--jump': '-j',
  '--goto': '-g',
  '--set-mark': '--set-xmark',
};

const PROTOCOLS: Readonly<Record<string, string>> = {
  ...{ tcp: 'tcp', udp: 'udp', icmp: 'icmp', 'ipv6-icmp': 'ipv6-icmp', esp: 'esp', gre: 'gre' },
  ...{ '6': 'tcp', '17': 'udp', '1': 'icmp', icmpv6: 'ipv6-icmp' },
};

export function normalProtocol(value: string): string {
  const name = PROTOCOLS[value];
  if (name === undefined) throw new Unmodelled(`the protocol ${value}`);
  return name;
}

/** The address as iptables-save prints it; '' for one that every packet has, undefined for one of the other family or none at all. */
export function normalAddress(value: string, family: Family): string | undefined {
  const [written = '', length] = value.split('/');
  const wanted = family === 'ipv4' ? /^\d+\.\d+\.\d+\.\d+$/ : /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/;
  if (!wanted.test(written) || !ipaddr.isValid(written)) return undefined;
  const most = family === 'ipv4' ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  if (!Number.isInteger(bits) || bits > most) throw new Unmodelled(`the address ${value}`);
  if (bits === 0) return '';
  const bytes = ipaddr.parse(written).toByteArray();
  const kept = bytes.map((byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * at))) & 0xff);
  const network = ipaddr.fromByteArray(kept);
  return `${network instanceof ipaddr.IPv6 ? network.toRFC5952String() : network.toString()}/${bits}`;
}
