import type { ChainChange, Line } from '../../../src/core/diff/types.ts';
import { inOrder } from '../../../src/core/plan/in-order.ts';
import type { Foreign, Plan, PlannedNamespace, TableStep } from '../../../src/core/plan/types.ts';
import type { Backend, Counters, Family, Namespace, TableName } from '../../../src/core/rules/types.ts';
import type { SetStep } from '../../../src/core/sets/ipset/types.ts';

export function named(name: string): Namespace {
  return name === 'host' ? { kind: 'host' } : { kind: 'named', name };
}

export function add(to: number, text: string, origin?: string): Line {
  return origin === undefined ? { kind: 'add', to, text } : { kind: 'add', to, text, origin };
}

export function remove(from: number, text: string, counters?: Counters): Line {
  return counters === undefined ? { kind: 'remove', from, text } : { kind: 'remove', from, text, counters };
}

export function keep(from: number, to: number, text: string): Line {
  return { kind: 'keep', from, to, text };
}

export function chain(name: string, lines: readonly Line[], more: Partial<ChainChange> = {}): ChainChange {
  return { name, status: 'changed', lines, ...more };
}

export function step(
  namespace: string,
  family: Family,
  table: TableName,
  chains: readonly ChainChange[],
  more: { readonly backend?: Backend; readonly notes?: readonly string[] } = {},
): TableStep {
  const { backend = 'nft', notes = [] } = more;
  const tables = { before: undefined, after: { name: table, chains: [] }, digests: { before: '', after: '' } } as const;
  const text = { edits: [], reverse: [], ...tables, created: false } as const;
  const ownership = { kind: 'shared', owners: ['fw'] } as const;
  return { namespace: named(namespace), family, backend, table, ownership, chains, notes, ...text };
}

export function plan(
  namespaces: readonly string[],
  tables: readonly TableStep[],
  foreign: readonly Foreign[] = [],
  sets: readonly SetStep[] = [],
): Plan {
  return { version: 1, namespaces: namespaces.map(planned), steps: inOrder(tables, sets), foreign };
}

function planned(name: string): PlannedNamespace {
  return { namespace: named(name), backend: 'nft', rules: { ipv4: 12, ipv6: 12 } };
}

const TENANTS = Array.from({ length: 14 }, (_, index) => `tenant-${String(index + 1).padStart(2, '0')}`);

/** The plan of the goldens: every kind of line, both folds, a policy, a note, foreign rules, namespaces that match. */
export function samplePlan(): Plan {
  return plan(
    ['host', 'blue', 'red', ...TENANTS],
    [
      step('blue', 'ipv4', 'nat', [
        chain('POSTROUTING', [add(1, '-j fw-POSTROUTING')]),
        chain('fw-POSTROUTING', [add(1, '-s 10.20.0.0/16 -o eth0 -j MASQUERADE', 'state/blue.yaml:8')], {
          status: 'new',
        }),
      ]),
      step('blue', 'ipv4', 'filter', [blueInput(['1904', '120331']), webIn('new')]),
      step('blue', 'ipv6', 'filter', [blueInput(['17', '1300']), webIn('new')]),
      ...TENANTS.map((name, index) =>
        step(name, 'ipv4', 'filter', [tenantForward(String(index))], { backend: 'legacy', notes: [LEGACY] }),
      ),
    ],
    [
      { namespace: named('host'), family: 'ipv4', table: 'nat', chain: 'DOCKER', rules: 9 },
      { namespace: named('host'), family: 'ipv4', table: 'filter', chain: 'DOCKER-USER', rules: 1 },
      { namespace: named('host'), family: 'ipv4', table: 'nat', chain: 'KUBE-SERVICES', rules: 210 },
      { namespace: named('host'), family: 'ipv4', table: 'nat', chain: 'KUBE-SVC-4N57TFCL4MD7ZTDA', rules: 202 },
      { namespace: named('red'), family: 'ipv6', table: 'filter', chain: 'f2b-sshd', rules: 12 },
    ],
  );
}

const LEGACY = 'the commit zeroes the policy counters of this table and restarts its limit and quota matches';

function blueInput(counters: Counters): ChainChange {
  const lines: readonly Line[] = [
    keep(3, 3, '-i lo -j ACCEPT'),
    keep(4, 4, '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT'),
    add(5, '-p tcp -m tcp --dport 443 -j ACCEPT', 'state/web.yaml:12'),
    remove(5, '-p tcp -m tcp --dport 8080 -j ACCEPT', counters),
    { kind: 'move', from: 9, to: 6, text: '-s 10.0.0.0/8 -j fw-mgmt', origin: 'state/order.yaml:4' },
    keep(6, 7, '-p icmp -j ACCEPT'),
    keep(7, 8, '-p udp -m udp --dport 123 -j ACCEPT'),
    { kind: 'skip', count: 31 },
  ];
  return chain('INPUT', lines, { policy: { from: 'ACCEPT', to: 'DROP', origin: 'state/base.yaml:3' } });
}

function webIn(status: ChainChange['status']): ChainChange {
  const limited =
    '-p tcp -m tcp --dport 443 -m limit --limit 200/sec -m comment --comment "web, as agreed with the shop" -j ACCEPT';
  return chain('fw-web', [add(1, limited, 'state/web.yaml:20'), add(2, '-j DROP', 'state/web.yaml:21')], { status });
}

function tenantForward(packets: string): ChainChange {
  return chain('FORWARD', [
    remove(2, '-d 192.0.2.10/32 -p tcp -m tcp --dport 25 -j ACCEPT', ['0', '0']),
    {
      kind: 'change',
      from: 3,
      to: 2,
      before: '-s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j ACCEPT',
      text: '-s 198.51.100.0/24 -p tcp -m tcp --dport 2222 -j ACCEPT',
      counters: [packets, '0'],
      origin: 'state/peers.yaml:31',
    },
    keep(4, 3, '-j fw-default'),
  ]);
}
