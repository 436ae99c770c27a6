import type { Range } from '../types/condition.ts';

/**
 * A mark, as bits of what it was when the packet came in: `(mark & fromMark) ^ (connection mark & fromConnection) ^ xor`. Setting, saving and restoring
 * marks all keep this form.
 */
export type Mark = { readonly fromMark: bigint; readonly fromConnection: bigint; readonly xor: bigint };

/** One value, or one of several, of which `pick` names the choice. */
export type Rewritten = { readonly range: Range; readonly pick: string };

/** What the way so far made of a packet. What is absent is as it came in. */
export type Rewriting = {
  readonly mark: Mark;
  readonly connectionMark: Mark;
  /**
   * In raw a packet has no entry of conntrack yet; one that CT gave a template, and one that came through lo and has its entry, are not changed by a
   * later CT. Behind raw only `rule` is left: a rule took the packet out.
   */
  readonly entry?: 'none' | 'template' | 'own' | 'rule';
  /**
   * A packet that is routed anew goes out by another interface: by lo, by none as it stays here, or by one that the rules do not tell. One that will be forwarded has none
   * yet in PREROUTING: what a rule asks of it there is asked of no interface.
   */
  readonly output?: 'lo' | 'none' | 'unrouted' | { readonly routedAs: string };
  readonly destination?: Rewritten;
  readonly destinationPort?: Rewritten;
  /** As people read it, for the destination and for the source. */
  readonly to?: string;
  readonly from?: string;
  /** The last rewriting of each kind, by its `what`. */
  readonly others: Readonly<Record<string, string>>;
  /** Queues that packets are handed to, and sets that they fill. */
  readonly handed: readonly string[];
  readonly filled: readonly string[];
};

const ALL = 0xffffffffn;

export const KEPT_MARK: Mark = { fromMark: ALL, fromConnection: 0n, xor: 0n };
export const KEPT_CONNECTION_MARK: Mark = { fromMark: 0n, fromConnection: ALL, xor: 0n };
export const NO_MARK: Mark = { fromMark: 0n, fromConnection: 0n, xor: 0n };

export const NOTHING_WRITTEN: Rewriting = {
  mark: KEPT_MARK,
  connectionMark: KEPT_CONNECTION_MARK,
  others: {},
  handed: [],
  filled: [],
};

/** mark = (mark & ~clear) ^ xor. */
export function setBits(mark: Mark, clear: bigint, xor: bigint): Mark {
  return {
    fromMark: mark.fromMark & ~clear & ALL,
    fromConnection: mark.fromConnection & ~clear & ALL,
    xor: ((mark.xor & ~clear) ^ xor) & ALL,
  };
}

/** target = (target & ~clear) ^ (source & taken). */
export function copyBits(target: Mark, clear: bigint, source: Mark, taken: bigint): Mark {
  const rest = setBits(target, clear, 0n);
  return {
    fromMark: rest.fromMark ^ (source.fromMark & taken),
    fromConnection: rest.fromConnection ^ (source.fromConnection & taken),
    xor: rest.xor ^ (source.xor & taken),
  };
}

export function markKey({ fromMark, fromConnection, xor }: Mark): string {
  return `${fromMark.toString(16)}.${fromConnection.toString(16)}.${xor.toString(16)}`;
}

export function rewrittenKey(rewritten: Rewritten | undefined): string {
  if (rewritten === undefined) return '';
  const [first, last] = rewritten.range;
  return first === last ? first.toString(16) : `${first.toString(16)}-${last.toString(16)} ${rewritten.pick}`;
}

/** Equal keys, equal packets from equal packets. */
export function rewritingKey(rewriting: Rewriting): string {
  return [
    markKey(rewriting.mark),
    markKey(rewriting.connectionMark),
    rewriting.entry ?? '',
    outputKey(rewriting.output),
    rewrittenKey(rewriting.destination),
    rewrittenKey(rewriting.destinationPort),
    rewriting.to ?? '',
    rewriting.from ?? '',
    Object.entries(rewriting.others).sort().join(';'),
    rewriting.handed.join(';'),
    rewriting.filled.join(';'),
  ].join('|');
}

export function outputKey(output: Rewriting['output']): string {
  return typeof output === 'object' ? `routed as ${output.routedAs}` : (output ?? '');
}
