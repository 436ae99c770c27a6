import type { Family } from '../rules/types.ts';

/* What is told of path MTU discovery. */

const STALLS = 'without them large packets vanish where a link on the way takes less';

/** The messages of path MTU discovery, in words, and what lets them in. conntrack calls them RELATED. */
export const TOO_BIG: Readonly<Record<Family, { readonly what: string; readonly hint: string }>> = {
  ipv4: {
    what: 'path MTU messages (ICMP fragmentation-needed)',
    hint: `Accept RELATED, or \`-p icmp --icmp-type fragmentation-needed\`: ${STALLS}.`,
  },
  ipv6: {
    what: 'path MTU messages (ICMPv6 packet-too-big)',
    hint: `Accept RELATED, or \`-p icmpv6 --icmpv6-type packet-too-big\`: ${STALLS}.`,
  },
};
