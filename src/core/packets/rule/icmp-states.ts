import type { Family } from '../../rules/types.ts';

/*
 * What conntrack takes a message of ICMP for by its type (test/kernel/first-states.test.ts).
 */

/** Types that ask something, so that a connection may begin with them. Others that are tracked and belong to no connection are INVALID. */
export const ICMP_REQUESTS: Readonly<Record<Family, readonly number[]>> = { ipv4: [8, 13, 15, 17], ipv6: [128, 139] };

/** Multicast listeners and routers, and neighbour discovery of IPv6: conntrack leaves them UNTRACKED. Inclusive on both ends. */
export const UNTRACKED_ICMPV6: readonly (readonly [first: number, last: number])[] = [
  [130, 136],
  [143, 143],
  [151, 152],
];
