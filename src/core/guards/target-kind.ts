import type { Target } from './split-rule.ts';

/** What a target does to a packet. `none` and `pass` let it go on; `none` leaves also no trace that a later match could see. */
export type TargetKind = 'accept' | 'drop' | 'return' | 'none' | 'pass' | 'unknown';

const KINDS: ReadonlyMap<string, TargetKind> = new Map([
  ['ACCEPT', 'accept'],
  ['DROP', 'drop'],
  ['REJECT', 'drop'],
  ['RETURN', 'return'],
  ...each('none', ['LOG', 'NFLOG', 'ULOG', 'AUDIT', 'TRACE', 'LED']),
  ...each('pass', ['MARK', 'CONNMARK', 'SECMARK', 'CONNSECMARK', 'CLASSIFY', 'SET', 'CT', 'RATEEST', 'CHECKSUM']),
  ...each('pass', ['TOS', 'DSCP', 'TTL', 'HL', 'ECN', 'TCPMSS', 'TCPOPTSTRIP', 'HMARK', 'IDLETIMER', 'TEE']),
]);

function each(kind: TargetKind, names: readonly string[]): readonly (readonly [string, TargetKind])[] {
  return names.map((name) => [name, kind] as const);
}

/** Everything that sends the packet elsewhere (DNAT, REDIRECT, NFQUEUE, ...) or takes it from conntrack is unknown. */
export function targetKind({ name, options }: Target): TargetKind {
  if (name === 'CT' && options.some((option) => option === '--notrack' || option.startsWith('--zone')))
    return 'unknown';
  return KINDS.get(name) ?? 'unknown';
}
