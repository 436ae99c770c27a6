import type { Family, TableName } from '../rules/types.ts';
import type { Needs, SharedState } from './matches.ts';

/** What a target does to a packet. `none` and `pass` let it go on; `none` leaves also no trace that a later match could see. */
export type TargetKind = 'accept' | 'drop' | 'return' | 'none' | 'pass' | 'unknown';

/** One target of iptables 1.8.9. What is absent is not known or does not hold. */
type TargetRow = {
  /** The one family that can load it, found by loading every extension in both (test/kernel/desired-families.test.ts). */
  readonly family?: Family;
  /** Absent: it sends the packet elsewhere, or what becomes of the packet is not known. */
  readonly does?: Exclude<TargetKind, 'unknown'>;
  /** No rule behind it sees a packet that it takes. */
  readonly ends?: true;
  /** A verdict of the kernel: no chain can have its name. */
  readonly isVerdict?: true;
  /** With the first rule that has it the kernel begins to track connections. */
  readonly tracks?: true;
  /** It writes to a log and does nothing else. */
  readonly logs?: true;
  /** What it makes another in the packet or beside it, and nothing else: two targets of one word overwrite each other. */
  readonly rewrites?: string;
  /** It leaves the packet as it is, and something beside the packet. */
  readonly leavesPacket?: true;
  /** It remembers nothing, so that a new rule in its place goes on as the old one did. */
  readonly forgets?: true;
  /** Where the kernel takes it (Linux 6), for targets that it takes in some places only. Of one without `tables` nothing is known here. */
  readonly tables?: readonly TableName[];
  readonly hooks?: string;
  /** As `anywhere` of a match. */
  readonly anywhere?: true;
  /** Options that this target alone has, as people use them without it; `*` stands for any rest. */
  readonly options?: readonly string[];
  readonly shares?: SharedState;
  /** It names what only its own tool can make. */
  readonly needs?: Needs;
};

/** Every target of iptables 1.8.9, and ULOG of older ones. */
export const TARGETS: Readonly<Record<string, TargetRow>> = {
  ACCEPT: { anywhere: true, isVerdict: true, does: 'accept', ends: true, forgets: true },
  DROP: { anywhere: true, isVerdict: true, does: 'drop', ends: true, forgets: true },
  RETURN: { anywhere: true, isVerdict: true, does: 'return', ends: true, forgets: true },
  QUEUE: { isVerdict: true, ends: true },
  AUDIT: { does: 'none' },
  CHECKSUM: { does: 'pass', rewrites: 'checksum', tables: ['mangle'] },
  CLASSIFY: { does: 'pass', rewrites: 'class' },
  CONNMARK: { anywhere: true, does: 'pass', tracks: true, forgets: true, options: ['--save-mark', '--restore-mark'] },
  CONNSECMARK: { does: 'pass', tracks: true, rewrites: 'security mark' },
  // CT --notrack does not make it track.
  CT: {
    does: 'pass',
    tracks: true,
    tables: ['raw'],
    needs: { options: ['--timeout'], what: 'the conntrack timeout policy' },
  },
  DNAT: {
    ends: true,
    forgets: true,
    tables: ['nat'],
    hooks: 'PREROUTING or OUTPUT',
    options: ['--to-destination'],
  },
  DSCP: { does: 'pass', rewrites: 'tos', forgets: true, tables: ['mangle'] },
  HMARK: { does: 'pass' },
  IDLETIMER: { does: 'pass', rewrites: 'timer' },
  LED: { does: 'none' },
  LOG: { anywhere: true, does: 'none', logs: true, forgets: true, options: ['--log-*'] },
  MARK: {
    anywhere: true,
    does: 'pass',
    forgets: true,
    options: ['--set-mark', '--set-xmark', '--and-mark', '--or-mark', '--xor-mark'],
  },
  MASQUERADE: { ends: true, forgets: true, tables: ['nat'], hooks: 'POSTROUTING' },
  NETMAP: { tables: ['nat'] },
  NFLOG: { anywhere: true, does: 'none', logs: true, forgets: true, options: ['--nflog-*'] },
  NFQUEUE: { options: ['--queue-num', '--queue-balance', '--queue-bypass'] },
  NOTRACK: { forgets: true, tables: ['raw'] },
  RATEEST: { does: 'pass', rewrites: 'rate', shares: { option: '--rateest-name', what: 'rate estimator' } },
  REDIRECT: {
    ends: true,
    forgets: true,
    tables: ['nat'],
    hooks: 'PREROUTING or OUTPUT',
    options: ['--to-port', '--to-ports'],
  },
  REJECT: {
    does: 'drop',
    ends: true,
    forgets: true,
    tables: ['filter'],
    hooks: 'INPUT, FORWARD or OUTPUT',
    options: ['--reject-with'],
  },
  SECMARK: { does: 'pass', rewrites: 'security mark' },
  SET: { does: 'pass', leavesPacket: true, options: ['--add-set', '--del-set'] },
  SNAT: { ends: true, forgets: true, tables: ['nat'], hooks: 'POSTROUTING or INPUT', options: ['--to-source'] },
  SYNPROXY: { tracks: true },
  TCPMSS: { does: 'pass', rewrites: 'tcp options', forgets: true, options: ['--clamp-mss-to-pmtu', '--set-mss'] },
  TCPOPTSTRIP: { does: 'pass', rewrites: 'tcp options', tables: ['mangle'] },
  TEE: { does: 'pass', rewrites: 'copy' },
  TOS: { does: 'pass', rewrites: 'tos', forgets: true, tables: ['mangle'] },
  TPROXY: { tables: ['mangle'], hooks: 'PREROUTING', options: ['--on-port', '--on-ip', '--tproxy-mark'] },
  TRACE: { does: 'none' },
  CLUSTERIP: { family: 'ipv4' },
  ECN: { family: 'ipv4', does: 'pass', rewrites: 'tos', tables: ['mangle'] },
  TTL: { family: 'ipv4', does: 'pass', rewrites: 'ttl', tables: ['mangle'] },
  ULOG: { family: 'ipv4', does: 'none' },
  DNPT: { family: 'ipv6' },
  HL: { family: 'ipv6', does: 'pass', rewrites: 'ttl', tables: ['mangle'] },
  SNPT: { family: 'ipv6' },
};

/** The row of a target; an empty one for what is not in the table. */
export function targetRow(name: string): TargetRow {
  return Object.hasOwn(TARGETS, name) ? (TARGETS[name] ?? {}) : {};
}

/** Names of the targets for which something holds. */
export function targetsThat(holds: (row: TargetRow) => boolean): readonly string[] {
  return Object.entries(TARGETS).flatMap(([name, row]) => (holds(row) ? [name] : []));
}
