import type { PathTraffic, Region, RulePlace, Traffic } from '../../../src/core/packets/types/traffic.ts';

function rule(chain: string, number: number, text: string, origin?: string): RulePlace {
  const place = { table: 'filter', chain, number, text } as const;
  return origin === undefined ? place : { ...place, origin };
}

const SSH = rule('fw-INPUT', 3, '-p tcp -m tcp --dport 22 -j ACCEPT');
const PING = rule('fw-INPUT', 4, '-p icmp -m limit --limit 5/sec -j ACCEPT');
const SCANNERS = rule('fw-INPUT', 2, '-s 198.51.100.64/26 -j DROP', 'state/shop.yaml:6');
const WEB = rule('fw-web', 2, '! -s 10.0.0.0/8 -p tcp -m tcp --dport 8080 -j ACCEPT', 'state/shop.yaml:9');
const DNAT: RulePlace = {
  table: 'nat',
  chain: 'fw-PREROUTING',
  number: 1,
  text: '-d 203.0.113.5/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.6:8443',
  origin: 'state/nat.yaml:4',
};
const policy = (chain: string): RulePlace => ({ table: 'filter', chain, text: 'DROP' });

const CLOSED_SSH: Region = {
  effect: 'closed',
  was: { verdict: 'accept', by: SSH },
  will: { verdict: 'drop', by: SCANNERS },
  rule: { ...SCANNERS, side: 'after' },
  flows: [{ protocol: ['tcp'], source: ['198.51.100.64/26'], destinationPorts: ['22'] }],
  more: 0,
};

const CLOSED_PING: Region = {
  ...CLOSED_SSH,
  was: { verdict: 'accept', by: PING },
  flows: [
    {
      protocol: ['icmp'],
      source: ['198.51.100.64/26'],
      also: ['icmp echo-request'],
      where: ['limit 5/sec of fw-INPUT 4 lets it pass'],
    },
  ],
};

const OPENED_WEB: Region = {
  effect: 'opened',
  was: { verdict: 'reject', detail: 'icmp-port-unreachable', by: rule('INPUT', 9, '-j REJECT') },
  will: { verdict: 'accept', by: WEB },
  rule: { ...WEB, side: 'after' },
  flows: ['eth0', 'eth1', 'wan+', 'tun0', 'tun1'].map((input, index) => ({
    protocol: ['tcp', 'udp'],
    source: Array.from({ length: 9 }, (_, at) => `192.0.2.${16 * at + index}`),
    sourcePorts: ['1024-65535'],
    destination: ['203.0.113.0/24'],
    destinationPorts: ['8080', '8443'],
    input: [input],
    output: ['eth9'],
  })),
  more: 12,
};

const OTHER: Region = {
  effect: 'other',
  was: {
    verdict: 'accept',
    to: '10.0.0.5:8443',
    from: '192.0.2.1',
    by: rule('FORWARD', 1, '-d 10.0.0.5/32 -j ACCEPT'),
  },
  will: { verdict: 'drop', to: '10.0.0.6:8443', by: policy('FORWARD') },
  rule: { ...DNAT, side: 'after' },
  flows: [{ protocol: ['tcp'], destination: ['203.0.113.5'], destinationPorts: ['443'] }],
  more: 0,
};

const GONE: Region = {
  effect: 'closed',
  was: { verdict: 'accept', by: rule('fw-OUTPUT', 1, '-p udp -j ACCEPT') },
  will: { verdict: 'queue', detail: 'queue 1', by: { ...policy('OUTPUT'), origin: 'state/shop.yaml:2' } },
  rule: { ...rule('fw-OUTPUT', 1, '-p udp -j ACCEPT'), side: 'before' },
  flows: [{ protocol: ['udp'] }],
  more: 0,
};

function path(
  family: PathTraffic['family'],
  connections: PathTraffic['connections'],
  name: PathTraffic['path'],
  more: Partial<PathTraffic> = {},
): PathTraffic {
  const silent = { claim: { kind: 'exact' }, regions: [], questions: [], noEffect: true } as const;
  return { family, path: name, connections, ...silent, ...more };
}

const LIMIT = { questions: ['limit 5/sec'], noEffect: false };

/** Every claim and every effect: what the goldens show. */
export function sampleTraffic(): readonly Traffic[] {
  return [
    {
      namespaces: ['blue'],
      paths: [
        path('ipv4', 'new', 'INPUT', { ...LIMIT, regions: [CLOSED_SSH, CLOSED_PING, OPENED_WEB] }),
        path('ipv4', 'new', 'FORWARD', { noEffect: false, regions: [OTHER] }),
        path('ipv4', 'new', 'OUTPUT', {
          noEffect: false,
          claim: { kind: 'at-most', nodes: 4_000_000 },
          regions: [GONE],
        }),
        path('ipv4', 'running', 'INPUT'),
        path('ipv4', 'running', 'FORWARD'),
        path('ipv4', 'running', 'OUTPUT'),
        ...(['new', 'running'] as const).flatMap((connections) =>
          (['INPUT', 'FORWARD', 'OUTPUT'] as const).map((name) =>
            path('ipv6', connections, name, {
              claim: { kind: 'not-judged', because: 'iptables-save does not show table mangle as it is' },
              noEffect: false,
            }),
          ),
        ),
      ],
      notLookedAt: ['inet f2b-table', 'ip docker-bridges'],
    },
    {
      namespaces: Array.from({ length: 14 }, (_, index) => `tenant-${String(index + 1).padStart(2, '0')}`),
      paths: (['new', 'running'] as const).flatMap((connections) =>
        (['INPUT', 'FORWARD', 'OUTPUT'] as const).map((name) => path('ipv4', connections, name)),
      ),
      supposing: 'untouched-as-declared',
    },
  ];
}

/** One namespace, and nothing changes for any packet. */
export function silentTraffic(): readonly Traffic[] {
  const paths = (['new', 'running'] as const).flatMap((connections) =>
    (['INPUT', 'FORWARD', 'OUTPUT'] as const).flatMap((name) => [
      path('ipv4', connections, name),
      path('ipv6', connections, name),
    ]),
  );
  return [{ namespaces: ['blue'], paths }];
}

/** Every text that comes from elsewhere says the same. */
export function hostileTraffic(text: string): readonly Traffic[] {
  const by: RulePlace = { table: 'filter', chain: text, number: 1, text, origin: `${text}:3` };
  const list = [text, `${text}2`];
  const region = (effect: Region['effect'], side: 'before' | 'after'): Region => ({
    effect,
    was: { verdict: 'queue', detail: text, to: text, from: text, by },
    will: { verdict: 'unknown', detail: text, by: { table: 'filter', chain: text, text } },
    rule: { ...by, side },
    flows: [
      {
        protocol: list,
        source: list,
        destination: list,
        sourcePorts: list,
        destinationPorts: list,
        input: list,
        output: list,
        also: list,
        where: list,
      },
    ],
    more: 1,
  });
  const because = { kind: 'not-judged', because: text } as const;
  return [
    {
      namespaces: [text],
      paths: [
        path('ipv4', 'new', 'INPUT', {
          questions: [text],
          regions: [region('opened', 'after'), region('closed', 'before'), region('other', 'after')],
          noEffect: false,
        }),
        path('ipv4', 'new', 'FORWARD', { claim: because, noEffect: false }),
        path('ipv4', 'new', 'OUTPUT', { claim: because, noEffect: false }),
        path('ipv4', 'running', 'INPUT', { claim: because, noEffect: false }),
      ],
      notLookedAt: [text],
    },
  ];
}
