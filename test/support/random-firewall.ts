import type { Family, TableName } from '../../src/core/rules/types.ts';

/** Chains of each table, by name: those with a policy are built in. */
export type RandomTexts = Record<string, Record<string, { readonly policy?: string; readonly rules: string[] }>>;

type Random = (below: number) => number;

const NETS = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3/32', '10.0.0.5/32', '10.0.0.6/32', '192.0.0.0/9'];
const HOLES = '10.0.0.5/255.0.0.255';

/** A small ruleset of all tables. Chains call only chains behind them. */
export function randomTexts(random: Random, family: Family): RandomTexts {
  const rules = (table: string, chain: string, count: number) =>
    Array.from({ length: count }, () => randomRule(random, family, table, chain));
  const base = (table: string, chain: string, most: number) => ({
    policy: table === 'filter' && random(3) === 0 ? 'DROP' : 'ACCEPT',
    rules: rules(table, chain, random(most + 1)),
  });
  const users = (table: string) => ({
    a: { rules: rules(table, 'a', 1 + random(4)) },
    b: { rules: rules(table, 'b', 1 + random(3)) },
  });
  return {
    raw: { PREROUTING: base('raw', 'PREROUTING', 2), OUTPUT: base('raw', 'OUTPUT', 2) },
    mangle: {
      PREROUTING: base('mangle', 'PREROUTING', 4),
      INPUT: base('mangle', 'INPUT', 2),
      FORWARD: base('mangle', 'FORWARD', 3),
      OUTPUT: base('mangle', 'OUTPUT', 4),
      POSTROUTING: base('mangle', 'POSTROUTING', 2),
      ...users('mangle'),
    },
    nat: {
      PREROUTING: base('nat', 'PREROUTING', 3),
      INPUT: base('nat', 'INPUT', 1),
      OUTPUT: base('nat', 'OUTPUT', 2),
      POSTROUTING: base('nat', 'POSTROUTING', 2),
      ...users('nat'),
    },
    filter: {
      INPUT: base('filter', 'INPUT', 8),
      FORWARD: base('filter', 'FORWARD', 8),
      OUTPUT: base('filter', 'OUTPUT', 8),
      ...users('filter'),
    },
    security: {
      INPUT: base('security', 'INPUT', 1),
      FORWARD: base('security', 'FORWARD', 1),
      OUTPUT: base('security', 'OUTPUT', 1),
    },
  };
}

/** As the tests write tables: a line for each chain and rule. */
export function printedTexts(texts: RandomTexts): Partial<Record<TableName, string>> {
  return Object.fromEntries(
    Object.entries(texts).map(([table, chains]) => [
      table,
      Object.entries(chains)
        .flatMap(([chain, { policy, rules }]) => [
          `:${chain} ${policy ?? '-'}`,
          ...rules.map((rule) => `-A ${chain} ${rule}`),
        ])
        .join('\n'),
    ]),
  );
}

/** The same with some rules gone, new, moved or another policy. */
export function changedTexts(random: Random, texts: RandomTexts, family: Family): RandomTexts {
  const changed: RandomTexts = structuredClone(texts);
  const count = 1 + random(4);
  for (let change = 0; change < count; change += 1) {
    const tables = Object.keys(changed);
    const table = random(2) === 0 ? 'filter' : (tables[random(tables.length)] ?? 'filter');
    const chains = Object.keys(changed[table] ?? {});
    const name = chains[random(chains.length)] ?? '';
    const chain = changed[table]?.[name];
    if (chain === undefined) continue;
    const at = random(chain.rules.length + 1);
    const kind = random(8);
    if (kind === 0 && table === 'filter' && chain.policy !== undefined) {
      (changed[table] ?? {})[name] = { ...chain, policy: chain.policy === 'DROP' ? 'ACCEPT' : 'DROP' };
    } else if (kind < 3) chain.rules.splice(at, 1);
    else if (kind < 5) chain.rules.splice(random(chain.rules.length + 1), 0, ...chain.rules.splice(at, 1));
    else chain.rules.splice(at, 0, randomRule(random, family, table, name));
  }
  return changed;
}

/** The same with some rules gone or new that name an address or an interface: most rules are not met by a packet that meets one of them. */
export function narrowlyChangedTexts(random: Random, texts: RandomTexts, family: Family): RandomTexts {
  const changed: RandomTexts = structuredClone(texts);
  const places = Object.entries(changed).flatMap(([table, chains]) =>
    Object.entries(chains).map(([name, { rules }]) => ({ table, name, rules })),
  );
  const isNarrow = (rule: string) => /^-[sdio] /.test(rule);
  for (let change = 1 + random(3); change > 0; change -= 1) {
    const filter = places.filter(({ table }) => table === 'filter');
    const among = random(2) === 0 ? filter : places;
    const { table, name, rules } = among[random(among.length)] ?? { table: 'filter', name: 'INPUT', rules: [] };
    const gone = rules.findIndex(isNarrow);
    const fresh = Array.from({ length: 20 }, () => randomRule(random, family, table, name)).find(isNarrow);
    if (random(3) === 0 && gone >= 0) rules.splice(gone, 1);
    else if (fresh !== undefined) rules.splice(random(rules.length + 1), 0, fresh);
  }
  return changed;
}

function randomRule(random: Random, family: Family, table: string, chain: string): string {
  const isRedirect = table === 'nat' && (chain === 'PREROUTING' || chain === 'OUTPUT') && random(5) === 0;
  if (isRedirect) return '-p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080';
  return [...matches(random, family, chain), ...target(random, family, table, chain)].join(' ');
}

function matches(random: Random, family: Family, chain: string): readonly string[] {
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item;
  const not = () => (random(5) === 0 ? '! ' : '');
  const words: string[] = [];
  const net = () => (random(12) === 0 && family === 'ipv4' ? HOLES : netOf(pick(NETS), family));
  if (random(3) === 0) words.push(`${not()}-s ${net()}`);
  if (random(3) === 0) words.push(`${not()}-d ${net()}`);
  const mayInput = !['OUTPUT', 'POSTROUTING'].includes(chain);
  const mayOutput = !['INPUT', 'PREROUTING'].includes(chain);
  if (mayInput && random(5) === 0) words.push(`${not()}-i ${pick(['eth0', 'vlan1+', 'vlan+', 'eth+', 'lo'])}`);
  if (mayOutput && random(6) === 0) words.push(`${not()}-o ${pick(['eth0', 'vlan10', 'vlan+', 'lo'])}`);
  if (random(5) < 3) words.push(...protocol(random, family));
  if (random(6) === 0)
    words.push(
      `-m conntrack ${not()}--ctstate ${pick(['NEW', 'RELATED,ESTABLISHED', 'INVALID', 'UNTRACKED', 'NEW,UNTRACKED', 'DNAT'])}`,
    );
  if (random(7) === 0) words.push(`-m mark ${not()}--mark ${pick(['0x1', '0x10/0xf0', '0x1/0x1', '0x0'])}`);
  if (random(14) === 0) words.push('-m limit --limit 5/sec');
  if (random(14) === 0) words.push(`-m pkttype ${not()}--pkt-type multicast`);
  return words;
}

function protocol(random: Random, family: Family): readonly string[] {
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item;
  const not = () => (random(5) === 0 ? '! ' : '');
  const port = () => pick(['22', '53', '80', '443', '8080', '1024:65535', ':1023']);
  const kind = random(8);
  const icmp = family === 'ipv4' ? '-p icmp -m icmp --icmp-type' : '-p ipv6-icmp -m icmp6 --icmpv6-type';
  if (kind === 0) return [`${icmp} ${pick(family === 'ipv4' ? ['8', '0', '3/3'] : ['128', '135', '1'])}`];
  if (kind === 1)
    return ['-p tcp -m tcp', `${not()}--tcp-flags ${pick(['FIN,SYN,RST,ACK SYN', 'SYN,ACK ACK', 'RST RST'])}`];
  if (kind === 2)
    return [`-p ${pick(['tcp', 'udp'])} -m multiport ${not()}--${pick(['dports', 'sports', 'ports'])} 53,80,8000:9000`];
  const name = pick(['tcp', 'tcp', 'udp']);
  // iptables-nft 1.8.9 compares two refused ports at once, and meets other packets than the text says.
  if (kind === 3) return [`-p ${name} -m ${name} ${not()}--sport ${port()} ${not()}--dport ${port()}`];
  return [`-p ${name} -m ${name} ${not()}--${pick(['dport', 'dport', 'sport'])} ${port()}`];
}

function target(random: Random, family: Family, table: string, chain: string): readonly string[] {
  const pick = <Item>(list: readonly Item[]): Item => list[random(list.length)] as Item;
  const jumps =
    table === 'raw' || table === 'security' || chain === 'b'
      ? []
      : chain === 'a'
        ? ['-j b', '-g b']
        : ['-j a', '-j b', '-g a'];
  const common = ['-j RETURN', '-j ACCEPT', ...jumps, ...jumps];
  if (table === 'raw') return [pick(['-j CT --notrack', '-j CT --notrack', '-j ACCEPT', '-j DROP', '-j CT --zone 3'])];
  if (table === 'mangle') {
    const marks = [
      '-j MARK --set-xmark 0x1/0xffffffff',
      '-j MARK --set-xmark 0x10/0xf0',
      '-j MARK --set-xmark 0x11/0x1',
    ];
    const saved = ['-j CONNMARK --save-mark', '-j CONNMARK --restore-mark --nfmask 0xf --ctmask 0xf'];
    // The set has a mark for each of its entries, which is not known.
    const mapped = '-j SET --map-set marks src --map-mark';
    return [pick([...common, ...marks, ...marks, ...saved, '-j DROP', ...(random(4) === 0 ? [mapped] : [])])];
  }
  if (table !== 'nat') return [pick([...common, ...common, '-j DROP', '-j DROP', '-j REJECT', '-j ACCEPT'])];
  const to = family === 'ipv4' ? ['10.0.0.5', '10.0.0.6', '10.1.2.3'] : ['2001:db8::a00:5', '2001:db8::a00:6'];
  const host = pick(to);
  const isDestination = chain === 'PREROUTING' || chain === 'OUTPUT';
  const isSource = chain === 'INPUT' || chain === 'POSTROUTING';
  if (isDestination && random(2) === 0) return [`-j DNAT --to-destination ${host}`];
  if (isSource && random(2) === 0) return [`-j SNAT --to-source ${host}`];
  return [pick(common)];
}

function netOf(net: string, family: Family): string {
  if (family === 'ipv4') return net;
  const [address = '', bits = '32'] = net.split('/');
  const [a, b, c, d] = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `2001:db8::${a}${b}:${c}${d}/${96 + Number(bits)}`;
}
