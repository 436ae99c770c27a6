type Owner = { readonly protocol: string } | { readonly match: string } | { readonly target: string };

/** What must stand in front of an option that iptables does not know without it. */
export function extensionOf(option: string): Owner | undefined {
  const found = OWNERS.find(([options]) => options.test(option));
  return found?.[1];
}

const OWNERS: readonly (readonly [RegExp, Owner])[] = [
  [/^--(?:syn|tcp-flags|tcp-option)$/, { protocol: 'tcp' }],
  [/^--icmp-type$/, { protocol: 'icmp' }],
  [/^--icmpv6-type$/, { protocol: 'icmpv6' }],
  [/^--(?:dports|sports|ports|destination-ports|source-ports)$/, { match: 'multiport' }],
  [/^--state$/, { match: 'state' }],
  [
    /^--ct(?:state|status|proto|dir|origsrc|origdst|replsrc|repldst|expire|origsrcport|origdstport)$/,
    { match: 'conntrack' },
  ],
  [/^--limit(?:-burst)?$/, { match: 'limit' }],
  [/^--hashlimit(?:-.*)?$/, { match: 'hashlimit' }],
  [/^--match-set$/, { match: 'set' }],
  [/^--comment$/, { match: 'comment' }],
  [/^--mac-source$/, { match: 'mac' }],
  [/^--(?:uid|gid)-owner$/, { match: 'owner' }],
  [/^--mark$/, { match: 'mark' }],
  [/^--(?:string|hex-string|algo)$/, { match: 'string' }],
  [/^--(?:rcheck|update|seconds|hitcount|rttl|reap|rsource|rdest)$/, { match: 'recent' }],
  [/^--connlimit-.*$/, { match: 'connlimit' }],
  [/^--connbytes(?:-.*)?$/, { match: 'connbytes' }],
  [/^--(?:src|dst)-range$/, { match: 'iprange' }],
  [/^--(?:src|dst)-type$/, { match: 'addrtype' }],
  [/^--physdev-.*$/, { match: 'physdev' }],
  [/^--(?:probability|every|packet)$/, { match: 'statistic' }],
  [/^--pkt-type$/, { match: 'pkttype' }],
  [/^--length$/, { match: 'length' }],
  [/^--(?:timestart|timestop|weekdays|datestart|datestop|kerneltz)$/, { match: 'time' }],
  [/^--quota$/, { match: 'quota' }],
  [/^--to-ports?$/, { target: 'REDIRECT' }],
  [/^--to-destination$/, { target: 'DNAT' }],
  [/^--to-source$/, { target: 'SNAT' }],
  [/^--log-.*$/, { target: 'LOG' }],
  [/^--nflog-.*$/, { target: 'NFLOG' }],
  [/^--reject-with$/, { target: 'REJECT' }],
  [/^--(?:set-mark|set-xmark|and-mark|or-mark|xor-mark)$/, { target: 'MARK' }],
  [/^--(?:save-mark|restore-mark)$/, { target: 'CONNMARK' }],
  [/^--(?:clamp-mss-to-pmtu|set-mss)$/, { target: 'TCPMSS' }],
  [/^--(?:on-port|on-ip|tproxy-mark)$/, { target: 'TPROXY' }],
  [/^--queue-(?:num|balance|bypass)$/, { target: 'NFQUEUE' }],
  [/^--(?:add|del)-set$/, { target: 'SET' }],
];
