import { BUILTIN } from '../../src/core/rules/builtin.ts';
import type { Chain, Counters, Rule, Table } from '../../src/core/rules/types.ts';

type Random = (below: number) => number;

/** Numbers that follow from a seed alone. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
  };
}

/** As iptables-save prints them. They load in every chain of every table. */
const ANYWHERE = [
  '-s 10.0.0.1/32 -p tcp -m tcp --dport 22 -j ACCEPT',
  '-p udp -m udp --dport 53 -j RETURN',
  '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-p tcp -m multiport --dports 80,443 -m comment --comment "a -j MASQUERADE in a comment" -j ACCEPT',
  '-p tcp -m comment --comment "-m owner" -j ACCEPT',
  '-m limit --limit 5/sec -j LOG --log-prefix "a -j c1 b"',
  '-m mark --mark 0x1 -j RETURN',
  '-j LOG',
  '-d 10.0.0.9/32',
];

const VERDICTS = ['-j ACCEPT', '-j RETURN'];

/** The kernel takes these in some places only, or holds something for all rules of a name. Most are alone in their table. */
const SOMEWHERE: Readonly<Record<'filter' | 'nat' | 'mangle', readonly string[]>> = {
  filter: [
    '-j REJECT --reject-with icmp-port-unreachable',
    '-m owner --uid-owner 0 -j ACCEPT',
    '-m devgroup --src-group 0x1 -j DROP',
    '-m devgroup --dst-group 0x5 -j DROP',
    '-m physdev --physdev-out tap0 --physdev-is-bridged -j DROP',
    '-m policy --dir in --pol none -j DROP',
    '-m policy --dir out --pol none -j DROP',
    '-m addrtype --dst-type LOCAL --limit-iface-in -j DROP',
    '-m addrtype --src-type LOCAL --limit-iface-out -j DROP',
    '-m mac --mac-source 02:ab:cd:00:0f:01 -j DROP',
    '-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name h1 -j ACCEPT',
    '-m hashlimit --hashlimit-upto 9/sec --hashlimit-burst 5 --hashlimit-name h1 -j ACCEPT',
    '-m recent --set --name r1 --mask 255.255.255.255 --rsource -j ACCEPT',
    '-m recent --set --name r1 --mask 255.255.0.0 --rsource -j ACCEPT',
    '-m quota --quota 1000 -j ACCEPT',
  ],
  nat: [
    '-j MASQUERADE',
    '-p udp -j MASQUERADE --to-ports 5-6',
    '-j SNAT --to-source 10.0.0.5',
    '-j DNAT --to-destination 10.0.0.5',
    '-p tcp -j REDIRECT --to-ports 8080',
    '-d 10.0.0.0/8 -j NETMAP --to 10.1.0.0/16',
    '-m owner --uid-owner 0 -j ACCEPT',
  ],
  mangle: [
    '-p tcp -j TPROXY --on-port 50080 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0',
    '-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu',
    '-j CLASSIFY --set-class 0001:000f',
    '-j MARK --set-xmark 0x1/0xffffffff',
    '-m socket -j ACCEPT',
    '-m rpfilter --invert -j DROP',
    '-m cgroup --cgroup 5 -j ACCEPT',
    '-j TTL --ttl-set 64',
    '-j RATEEST --rateest-name e1 --rateest-interval 250ms --rateest-ewmalog 500ms',
    '-j RATEEST --rateest-name e1 --rateest-interval 500ms --rateest-ewmalog 1s',
  ],
};

export type RandomTable = 'filter' | 'nat' | 'mangle';

/** A table of some chains, with counters; whether the kernel takes it is not known. Every fourth has a row of chains as deep as nft allows. */
export function randomTable(random: Random, name: RandomTable): Table {
  const depth = random(4) === 0 ? 13 + random(4) : 0;
  const users = Array.from({ length: Math.max(depth, 3 + random(5)) }, (_, at) => `c${at}`);
  const chain = (of: string, at: number): Chain => {
    // Mostly forward, so that most tables have no loop.
    const callable = users.slice(at + 1);
    const rules = Array.from({ length: random(7) }, () => randomRule(random, name, callable));
    const next = depth > 0 && at >= 0 && at < depth - 1 ? [counted(random, `-p tcp -j c${at + 1}`)] : [];
    return { name: of, rules: [...rules, ...next], counters: ['0', '0'] };
  };
  const base = BUILTIN[name].map((of) => ({
    ...chain(of, -1),
    policy: 'ACCEPT' as const,
    counters: counters(random),
  }));
  return { name, chains: [...base, ...users.map(chain)] };
}

/** The same with a few rules, chains or policies more or fewer: calls anywhere, so loops, depths, hooks and chains in use are met. */
export function randomChange(random: Random, table: Table): Table {
  const name = table.name as RandomTable;
  let chains = table.chains;
  for (let left = 1 + random(3); left > 0; left -= 1) {
    const users = chains.filter(({ policy }) => policy === undefined).map((chain) => chain.name);
    const at = random(chains.length);
    const chain = chains[at];
    if (chain === undefined) continue;
    const kind = random(10);
    if (kind === 0) chains = [...chains, { name: `n${random(3)}${left}`, rules: [randomRule(random, name, users)] }];
    else if (kind === 1 && chain.policy === undefined) chains = chains.filter((one) => one !== chain);
    else if (kind === 1 && name !== 'nat') chains = chains.with(at, { ...chain, policy: 'DROP' });
    else {
      const rules = [...chain.rules];
      if (kind < 4) rules.splice(random(rules.length + 1), 1);
      else rules.splice(random(rules.length + 1), 0, kind < 8 ? call(random, users) : randomRule(random, name, users));
      chains = chains.with(at, { ...chain, rules });
    }
  }
  return { name, chains };
}

function randomRule(random: Random, table: RandomTable, callable: readonly string[]): Rule {
  const kind = random(12);
  if (kind < 3 && callable.length > 0) return call(random, callable);
  if (kind === 3) return counted(random, pick(random, VERDICTS));
  if (kind === 4 && random(2) === 0) return counted(random, pick(random, SOMEWHERE[table]));
  return counted(random, pick(random, ANYWHERE));
}

function call(random: Random, callable: readonly string[]): Rule {
  const target = pick(random, callable);
  return counted(random, pick(random, [`-j ${target}`, `-p tcp -j ${target}`, `-s 10.0.0.2/32 -g ${target}`]));
}

function counted(random: Random, text: string): Rule {
  return { text, counters: counters(random) };
}

function counters(random: Random): Counters {
  return [String(random(100)), String(random(10_000))];
}

function pick<Item>(random: Random, list: readonly Item[]): Item {
  return list[random(list.length)] as Item;
}
