import type { Firewall } from '../../src/core/packets/types/firewall.ts';
import type { Chain, Policy, Table, TableName } from '../../src/core/rules/types.ts';

export const KINDS = ['block list', 'router', 'neutron', 'kube'] as const;
export type Kind = (typeof KINDS)[number];

type Chains = Map<string, string[]>;
type Tables = Map<TableName, Chains>;

const BASES: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
};

/** A firewall of about so many rules as such machines have them, and the same with some rules gone, edited or new. The same in each run. */
export function makeFirewalls(
  kind: Kind,
  rules: number,
  changes: number,
): { readonly before: Firewall; readonly after: Firewall } {
  const tables = MAKE[kind](rules);
  return { before: firewall(tables), after: firewall(changed(tables, changes)) };
}

const MAKE: Readonly<Record<Kind, (rules: number) => Tables>> = {
  'block list': blockList,
  router,
  neutron,
  kube,
};

function blockList(rules: number): Tables {
  const list = Array.from(
    { length: rules - 30 },
    (_, at) => `-s ${scattered(at)}${at % 7 === 0 ? '/24' : '/32'} -j DROP`,
  );
  const services = Array.from({ length: 24 }, (_, at) => `-p tcp -m tcp --dport ${8000 + at} -j ACCEPT`);
  return new Map([
    [
      'filter',
      new Map([
        ['INPUT', ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', '-j blocked', ...services]],
        ['FORWARD', ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT', '-j blocked', '-d 10.0.0.0/8 -j ACCEPT']],
        ['OUTPUT', []],
        ['blocked', list.map((rule) => rule.replace(/\.\d+\/24/, '.0/24'))],
      ]),
    ],
  ]);
}

/** Tenants in VLANs, each with a chain for what goes to it; each has a mark by which it is routed. */
function router(rules: number): Tables {
  const tenants = Math.floor(rules / 25);
  const filter: Chains = new Map([
    [
      'INPUT',
      [
        '-i lo -j ACCEPT',
        '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
        '-i mgmt0 -p tcp -m tcp --dport 22 -j ACCEPT',
        '-j DROP',
      ],
    ],
    ['FORWARD', ['-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT']],
    ['OUTPUT', []],
  ]);
  const marks: string[] = [];
  for (let tenant = 0; tenant < tenants; tenant += 1) {
    const net = `10.${tenant >> 8}.${tenant & 255}`;
    const chain = `to-${tenant}`;
    filter.get('FORWARD')?.push(`-o vlan${tenant} -j ${chain}`);
    marks.push(`-i vlan${tenant} -j MARK --set-xmark 0x${((tenant % 250) + 1).toString(16)}/0xff`);
    filter.set(chain, [
      ...Array.from({ length: 20 }, (_, at) => {
        const from =
          at % 3 === 0 ? `-i vlan${(tenant * 7 + at) % tenants} ` : `-s 10.${(tenant + at) % 200}.${at * 5}.0/24 `;
        return `${from.startsWith('-s') ? from : ''}-d ${net}.${at + 1}/32 ${from.startsWith('-i') ? from : ''}-p tcp -m tcp --dport ${80 + at * 10} -j ACCEPT`;
      }),
      `-d ${net}.0/24 -p icmp -m icmp --icmp-type 8 -m limit --limit 10/sec -j ACCEPT`,
      '-j DROP',
    ]);
  }
  return new Map([
    ['mangle', new Map([['PREROUTING', marks]])],
    ['filter', filter],
  ]);
}

/** A hypervisor: a chain for each side of each port of the bridge. */
function neutron(rules: number): Tables {
  const ports = Math.floor(rules / 24);
  const filter: Chains = new Map([
    ['INPUT', ['-j n-INPUT']],
    ['FORWARD', ['-j n-FORWARD']],
    ['OUTPUT', []],
    ['n-INPUT', []],
    ['n-FORWARD', []],
    ['n-sg-chain', []],
    ['n-sg-fallback', ['-j DROP']],
  ]);
  for (let port = 0; port < ports; port += 1) {
    const tap = `tap${port.toString(16).padStart(8, '0')}`;
    const host = `10.${(port >> 8) + 20}.${port & 255}.9`;
    filter
      .get('n-FORWARD')
      ?.push(
        `-m physdev --physdev-out ${tap} --physdev-is-bridged -j n-sg-chain`,
        `-m physdev --physdev-in ${tap} --physdev-is-bridged -j n-sg-chain`,
      );
    filter.get('n-INPUT')?.push(`-m physdev --physdev-in ${tap} --physdev-is-bridged -j n-o${port}`);
    filter
      .get('n-sg-chain')
      ?.push(
        `-m physdev --physdev-out ${tap} --physdev-is-bridged -j n-i${port}`,
        `-m physdev --physdev-in ${tap} --physdev-is-bridged -j n-o${port}`,
      );
    filter.set(`n-i${port}`, [
      '-m state --state RELATED,ESTABLISHED -j RETURN',
      ...Array.from(
        { length: 5 },
        (_, at) =>
          `-s 10.${20 + ((port + at) % 40)}.${(port * 3 + at) & 255}.9/32 -p tcp -m tcp --dport ${[22, 80, 443, 3306, 5432][at]} -j RETURN`,
      ),
      '-s 10.0.0.2/32 -p udp -m udp --sport 67 --dport 68 -j RETURN',
      '-m state --state INVALID -j DROP',
      '-j n-sg-fallback',
    ]);
    filter.set(`n-o${port}`, [
      `-s ${host}/32 -m mac --mac-source fa:16:3e:00:${(port >> 8).toString(16).padStart(2, '0')}:${(port & 255).toString(16).padStart(2, '0')} -j n-s${port}`,
      '-m state --state RELATED,ESTABLISHED -j RETURN',
      '-j RETURN',
      '-m state --state INVALID -j DROP',
      '-j n-sg-fallback',
    ]);
    filter.set(`n-s${port}`, ['-p udp -m udp --sport 67 --dport 68 -j DROP', '-j RETURN']);
  }
  filter.get('n-sg-chain')?.push('-j ACCEPT');
  return new Map([['filter', filter]]);
}

function kube(rules: number): Tables {
  const services = Math.floor(rules / 10);
  const nat: Chains = new Map([
    ['PREROUTING', ['-j KUBE-SERVICES']],
    ['INPUT', []],
    ['OUTPUT', ['-j KUBE-SERVICES']],
    ['POSTROUTING', ['-j KUBE-POSTROUTING']],
    ['KUBE-SERVICES', []],
    ['KUBE-MARK-MASQ', ['-j MARK --set-xmark 0x4000/0x4000']],
    [
      'KUBE-POSTROUTING',
      ['-m mark ! --mark 0x4000/0x4000 -j RETURN', '-j MARK --set-xmark 0x4000/0x0', '-j MASQUERADE --random-fully'],
    ],
  ]);
  for (let service = 0; service < services; service += 1) {
    const address = `10.96.${service >> 8}.${service & 255}/32`;
    const port = 80 + (service % 5);
    nat
      .get('KUBE-SERVICES')
      ?.push(
        `-d ${address} -p tcp -m comment --comment "ns/s${service}:http cluster IP" -m tcp --dport ${port} -j KUBE-SVC-${service}`,
      );
    nat.set(`KUBE-SVC-${service}`, [
      `! -s 10.244.0.0/16 -d ${address} -p tcp -m tcp --dport ${port} -j KUBE-MARK-MASQ`,
      `-m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-${service}-0`,
      `-j KUBE-SEP-${service}-1`,
    ]);
    for (const end of [0, 1]) {
      const pod = `10.244.${(service * 2 + end) >> 8}.${(service * 2 + end) & 255}`;
      nat.set(`KUBE-SEP-${service}-${end}`, [
        `-s ${pod}/32 -j KUBE-MARK-MASQ`,
        `-p tcp -m tcp -j DNAT --to-destination ${pod}:8080`,
      ]);
    }
  }
  const filter: Chains = new Map([
    ['INPUT', []],
    ['FORWARD', ['-j KUBE-FORWARD', '-s 10.244.0.0/16 -j ACCEPT', '-d 10.244.0.0/16 -j ACCEPT', '-j DROP']],
    ['OUTPUT', []],
    [
      'KUBE-FORWARD',
      [
        '-m conntrack --ctstate INVALID -j DROP',
        '-m mark --mark 0x4000/0x4000 -j ACCEPT',
        '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
      ],
    ],
  ]);
  return new Map([
    ['nat', nat],
    ['filter', filter],
  ]);
}

/** A third of the changes edits a rule, a third is new, a third is gone, spread over the long chains. */
function changed(tables: Tables, changes: number): Tables {
  const copy: Tables = new Map(
    [...tables].map(([name, chains]) => [name, new Map([...chains].map(([chain, rules]) => [chain, [...rules]]))]),
  );
  const places = [...copy].flatMap(([, chains]) =>
    [...chains].flatMap(([name, rules]) =>
      rules.flatMap((rule, at) =>
        /^-[sd] .*(ACCEPT|DROP|RETURN|DNAT.*|MARK-MASQ)$/.test(rule) ? [{ name, rules, at }] : [],
      ),
    ),
  );
  for (let change = 0; change < changes; change += 1) {
    const place = places[Math.floor(((change + 0.5) * places.length) / changes)];
    if (place === undefined) continue;
    const fresh = (place.rules[place.at] ?? '').replace(/^(-[sd]) [^ ]+/, `$1 10.${change + 1}.0.0/16`);
    place.rules.splice(place.at, change % 3 === 1 ? 0 : 1, ...(change % 3 === 2 ? [] : [fresh]));
  }
  return copy;
}

function firewall(tables: Tables): Firewall {
  const list = [...tables].map(
    ([name, chains]): Table => ({ name, chains: [...chains].map(([chain, rules]) => chainOf(name, chain, rules)) }),
  );
  return { family: 'ipv4', backend: 'nft', tables: list, sets: [], settings: { tcpLoose: true } };
}

function chainOf(table: TableName, name: string, texts: readonly string[]): Chain {
  const isBase = BASES[table]?.includes(name) === true;
  const policy: Policy = name === 'INPUT' && table === 'filter' ? 'DROP' : 'ACCEPT';
  return { name, ...(isBase ? { policy } : {}), rules: texts.map((text) => ({ text })) };
}

function scattered(at: number): string {
  const value = Math.imul(at + 1, 0x9e3779b1) >>> 0;
  return `${((value >>> 24) % 220) + 1}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${(value & 253) + 1}`;
}
