import type { Range } from './condition.ts';

/** Where the destination or the source of a connection is translated to. What is absent stays as it is. */
export type Translation = {
  /** One address, or several of which the kernel picks one. */
  readonly addresses?: Range;
  readonly ports?: Range;
  /** To an address of this host: REDIRECT, MASQUERADE. */
  readonly local?: true;
  /** How the kernel picks among several, and the port that a connection comes from: `--random`, `--persistent`. */
  readonly picks?: string;
};

/** What a rule does with a packet that meets all its conditions. */
export type Action =
  /** No target, or one that leaves the packet and its way as they are: LOG, NFLOG, TRACE, counting. */
  | { readonly kind: 'continue' }
  /** Ends the table. */
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'reject'; readonly with: string }
  | { readonly kind: 'queue'; readonly text: string }
  | { readonly kind: 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** mark = (mark & ~clear) ^ xor. */
  | { readonly kind: 'mark'; readonly clear: bigint; readonly xor: bigint }
  | { readonly kind: 'connection-mark'; readonly clear: bigint; readonly xor: bigint }
  /** CONNMARK: ctmark = (ctmark & ~ctmask) ^ (mark & nfmask), or the other way round. */
  | { readonly kind: 'save-mark' | 'restore-mark'; readonly connectionMask: bigint; readonly packetMask: bigint }
  | { readonly kind: 'untrack' }
  /** Ends the nat table. */
  | { readonly kind: 'translate'; readonly what: 'source' | 'destination'; readonly to: Translation }
  /**
   * TTL, HL, DSCP, TOS, ECN, TCPMSS, TCPOPTSTRIP, CLASSIFY, CHECKSUM, CT --zone and --helper ...: no verdict, another packet. `what` is the word
   * of the target in core/extensions, `key` says what it becomes.
   */
  | { readonly kind: 'rewrite'; readonly what: string; readonly key: string }
  /** SET: what a set holds changes with each packet. */
  | { readonly kind: 'fill-set'; readonly set: string; readonly text: string }
  /** Nothing is known of it: it may end the packet's way or not, and rewrite anything. */
  | { readonly kind: 'unknown'; readonly text: string };
