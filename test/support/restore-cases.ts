import type { Backend, Family } from '../../src/core/rules/types.ts';

/** Restore text that both kernels take, and what iptables-save prints then; by backend where they differ. */
type TakenCase = {
  readonly title: string;
  readonly before?: string;
  readonly text: string;
  readonly family?: Family;
  readonly after: string | Readonly<Record<Backend, string>>;
};

const table = (name: string, ...lines: readonly string[]) =>
  `*${name}\n${lines.map((line) => `${line}\n`).join('')}COMMIT\n`;
const filter = (...lines: readonly string[]) => table('filter', ...lines);
const HEADS = [':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]'];

/** A policy with counters, a chain of its own, rules with counters. */
const START = filter(
  ':INPUT DROP [5:50]',
  ':web - [0:0]',
  '[1:10] -A INPUT -j web',
  '[2:20] -A web -s 10.0.0.1/32 -j ACCEPT',
);

/** That start, with counters of the policy as a commit of a backend leaves them. */
const started = (counters: string, ...rules: readonly string[]) =>
  filter(`:INPUT DROP ${counters}`, ...HEADS.slice(1), ':web - [0:0]', ...rules);
const both = (...rules: readonly string[]) => ({
  nft: started('[5:50]', ...rules),
  legacy: started('[0:0]', ...rules),
});

export const TAKEN: readonly TakenCase[] = [
  { title: 'a table without a line', text: filter(), after: { nft: '', legacy: filter(...HEADS) } },
  { title: 'a flush of what is not there', text: filter('-F', '-X'), after: { nft: '', legacy: filter(...HEADS) } },
  { title: 'a policy that is as it was', text: filter('-P INPUT ACCEPT'), after: filter(...HEADS) },
  {
    title: 'policies and rules with counters',
    text: START,
    after: started('[5:50]', '[1:10] -A INPUT -j web', '[2:20] -A web -s 10.0.0.1/32 -j ACCEPT'),
  },
  {
    title: 'an insert, which leaves other counters alone',
    before: START,
    text: filter('-I web 1 -j LOG', '[7:70] -I web 3 -j RETURN', '-I INPUT -p udp'),
    after: both(
      '[0:0] -A INPUT -p udp',
      '[1:10] -A INPUT -j web',
      '[0:0] -A web -j LOG',
      '[2:20] -A web -s 10.0.0.1/32 -j ACCEPT',
      '[7:70] -A web -j RETURN',
    ),
  },
  {
    title: 'deletes by number and by text',
    before: filter(
      ...HEADS,
      ':web - [0:0]',
      '-A web -j LOG',
      '[2:2] -A web -p tcp',
      '[3:3] -A web -p tcp',
      '-A web -j DROP',
    ),
    text: filter('-D web 1', '-D web -p tcp'),
    after: filter(...HEADS, ':web - [0:0]', '[3:3] -A web -p tcp', '[0:0] -A web -j DROP'),
  },
  {
    title: 'a replacement, with counters of its own',
    before: START,
    text: filter('[7:70] -R web 1 -s 10.0.0.2/32 -j DROP'),
    after: both('[1:10] -A INPUT -j web', '[7:70] -A web -s 10.0.0.2/32 -j DROP'),
  },
  {
    title: 'a chain that goes once nothing leads to it',
    before: START,
    text: filter('-D INPUT 1', '-F web', '-X web'),
    after: {
      nft: filter(':INPUT DROP [5:50]', ...HEADS.slice(1)),
      legacy: filter(':INPUT DROP [0:0]', ...HEADS.slice(1)),
    },
  },
  {
    title: 'a chain that is named again, which empties it',
    before: START,
    text: filter(':web - [0:0]', '-A web -j DROP'),
    after: both('[1:10] -A INPUT -j web', '[0:0] -A web -j DROP'),
  },
  {
    title: 'policies with counters, of which the last line counts',
    before: START,
    text: filter(':FORWARD DROP [1:1]', ':FORWARD ACCEPT [2:2]', '-P OUTPUT DROP'),
    after: {
      nft: filter(
        ':INPUT DROP [5:50]',
        ':FORWARD ACCEPT [2:2]',
        ':OUTPUT DROP [0:0]',
        ':web - [0:0]',
        '[1:10] -A INPUT -j web',
        '[2:20] -A web -s 10.0.0.1/32 -j ACCEPT',
      ),
      legacy: filter(
        ':INPUT DROP [0:0]',
        ':FORWARD ACCEPT [2:2]',
        ':OUTPUT DROP [0:0]',
        ':web - [0:0]',
        '[1:10] -A INPUT -j web',
        '[2:20] -A web -s 10.0.0.1/32 -j ACCEPT',
      ),
    },
  },
  {
    title: 'a policy line without a policy, which is nothing to legacy',
    before: START,
    text: filter(':INPUT - [9:99]'),
    after: {
      nft: started('[9:99]', '[1:10] -A INPUT -j web', '[2:20] -A web -s 10.0.0.1/32 -j ACCEPT'),
      legacy: started('[5:50]', '[1:10] -A INPUT -j web', '[2:20] -A web -s 10.0.0.1/32 -j ACCEPT'),
    },
  },
  {
    title: 'zeroes for one chain',
    before: START,
    text: filter('-Z INPUT'),
    after: started('[0:0]', '[0:0] -A INPUT -j web', '[2:20] -A web -s 10.0.0.1/32 -j ACCEPT'),
  },
  {
    title: 'zeroes for all chains',
    before: START,
    text: filter('-Z'),
    after: started('[0:0]', '[0:0] -A INPUT -j web', '[0:0] -A web -s 10.0.0.1/32 -j ACCEPT'),
  },
  {
    title: 'a new name for a chain, in the rules that lead to it too',
    before: START,
    text: filter('-E web neu'),
    after: {
      nft: filter(
        ':INPUT DROP [5:50]',
        ...HEADS.slice(1),
        ':neu - [0:0]',
        '[1:10] -A INPUT -j neu',
        '[2:20] -A neu -s 10.0.0.1/32 -j ACCEPT',
      ),
      legacy: filter(
        ':INPUT DROP [0:0]',
        ...HEADS.slice(1),
        ':neu - [0:0]',
        '[1:10] -A INPUT -j neu',
        '[2:20] -A neu -s 10.0.0.1/32 -j ACCEPT',
      ),
    },
  },
  {
    title: 'a loop to which no packet comes',
    text: filter('-N a', '-N b', '-A a -j b', '-A b -j a'),
    after: filter(...HEADS, ':a - [0:0]', ':b - [0:0]', '[0:0] -A a -j b', '[0:0] -A b -j a'),
  },
  {
    title: 'chains in the order of their bytes',
    text: filter('-N b10', '-N a', '-N b9', '-N Z'),
    after: filter(...HEADS, ':Z - [0:0]', ':a - [0:0]', ':b10 - [0:0]', ':b9 - [0:0]'),
  },
  {
    title: 'all tables, in an order of its own',
    text: ['filter', 'nat', 'raw'].map((name) => table(name, '-N x')).join(''),
    after: {
      nft: ['raw', 'filter', 'nat'].map((name) => table(name, ...headsOf(name), ':x - [0:0]')).join(''),
      legacy: ['raw', 'nat', 'filter'].map((name) => table(name, ...headsOf(name), ':x - [0:0]')).join(''),
    },
  },
  {
    title: 'rules in other words than it prints them',
    text: filter(
      '-A INPUT -j ACCEPT -s 10.3.4.5 -p tcp --dport 22',
      '-A INPUT -d 10.3.4.5/8 ! -i lo -p udp -m udp --dport 5:6 ! --sport 1',
      '-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED,NEW -m comment --comment "a b\'c" -j LOG --log-prefix "x: "',
      '-A INPUT -s 0.0.0.0/0 -p all -m comment --comment "x9" -g web'.replace('-g web', '-j REJECT'),
      '-A INPUT -p icmp --icmp-type echo-request',
      '-A INPUT -p 6 -m multiport --dports 80,443 -m mark --mark 16 -m limit --limit 2/sec',
    ),
    after: filter(
      ...HEADS,
      '[0:0] -A INPUT -s 10.3.4.5/32 -p tcp -m tcp --dport 22 -j ACCEPT',
      '[0:0] -A INPUT -d 10.0.0.0/8 ! -i lo -p udp -m udp ! --sport 1 --dport 5:6',
      '[0:0] -A INPUT -m conntrack --ctstate NEW,RELATED,ESTABLISHED -m comment --comment "a b\\\'c" -j LOG --log-prefix "x: "',
      '[0:0] -A INPUT -m comment --comment x9 -j REJECT --reject-with icmp-port-unreachable',
      '[0:0] -A INPUT -p icmp -m icmp --icmp-type 8',
      '[0:0] -A INPUT -p tcp -m multiport --dports 80,443 -m mark --mark 0x10 -m limit --limit 2/sec',
    ),
  },
  {
    title: 'rules of IPv6 in other words than it prints them',
    family: 'ipv6',
    text: filter(
      '-A INPUT -s 2001:DB8:0:0::1 -p icmpv6 --icmpv6-type echo-request -j ACCEPT',
      '-A INPUT -d 2001:db8:ffff::/33 -j REJECT',
    ),
    after: filter(
      ...HEADS,
      '[0:0] -A INPUT -s 2001:db8::1/128 -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT',
      '[0:0] -A INPUT -d 2001:db8:8000::/33 -j REJECT --reject-with icmp6-port-unreachable',
    ),
  },
  {
    title: 'targets of nat and mangle where they belong',
    text:
      table(
        'nat',
        '-N m',
        '-A m -j MASQUERADE',
        '-A POSTROUTING -j m',
        '-A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080',
      ) + table('mangle', '-A PREROUTING -j MARK --set-mark 1'),
    after: ((nat: string, mangle: string) => ({ nft: `${mangle}${nat}`, legacy: `${mangle}${nat}` }))(
      table(
        'nat',
        ...headsOf('nat'),
        ':m - [0:0]',
        '[0:0] -A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080',
        '[0:0] -A POSTROUTING -j m',
        '[0:0] -A m -j MASQUERADE',
      ),
      table('mangle', ...headsOf('mangle'), '[0:0] -A PREROUTING -j MARK --set-xmark 0x1/0xffffffff'),
    ),
  },
];

function headsOf(name: string): readonly string[] {
  const chains: Readonly<Record<string, string>> = {
    filter: 'INPUT FORWARD OUTPUT',
    nat: 'PREROUTING INPUT OUTPUT POSTROUTING',
    mangle: 'PREROUTING INPUT FORWARD OUTPUT POSTROUTING',
    raw: 'PREROUTING OUTPUT',
  };
  return (chains[name] ?? '').split(' ').map((chain) => `:${chain} ACCEPT [0:0]`);
}

type Told = { readonly exit: number; readonly line: number; readonly said?: string };

/** What is live where the texts of `REFUSALS` are tried. */
export const REFUSED_START = `${START}${table('nat', '-N x')}`;

/** Restore text that both kernels refuse, with exit code, line and words. */
type RefusedCase = {
  readonly title: string;
  readonly text: string;
  readonly told: Readonly<Record<Backend, Told>>;
};

/** One line of a filter table, behind a line that both take. The refused one is line 3, COMMIT is line 4. */
function refusal(title: string, lines: string | readonly string[], nft: Told, legacy: Told): RefusedCase {
  const text = filter('-A FORWARD -j LOG', ...[lines].flat());
  return { title, text, told: { nft, legacy } };
}

const failed = (said: string): [Told, Told] => [
  { exit: 1, line: 3, said: `${said}.` },
  { exit: 1, line: 3 },
];
const usage = (said: string): [Told, Told] => [
  { exit: 2, line: 3, said },
  { exit: 2, line: 3, said },
];
const kernel = (line: number, commit: number, said: string): [Told, Told] => [
  { exit: 4, line, said },
  { exit: 1, line: commit },
];

const NO_DROP = 'The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.';

export const REFUSALS: readonly RefusedCase[] = [
  refusal('a rule in a chain that is not there', '-A no -j ACCEPT', ...failed('No chain/target/match by that name')),
  refusal('to flush a chain that is not there', '-F no', ...failed('No chain/target/match by that name')),
  refusal('to remove a chain that is not there', '-X no', ...failed('No chain/target/match by that name')),
  refusal('a chain that is there', '-N web', ...failed('Chain already exists')),
  refusal('a chain of a built-in name', '-N INPUT', ...failed('Chain already exists')),
  refusal('a place beyond the end', '-I web 3 -j ACCEPT', ...failed('Index of insertion too big')),
  refusal('a delete beyond the end', '-D web 2', ...failed('Index of deletion too big')),
  refusal('a replacement beyond the end', '-R web 2 -j DROP', ...failed('Index of replacement too big')),
  refusal(
    'to delete what is not there',
    '-D web -j DROP',
    ...failed('Bad rule (does a matching rule exist in that chain?)'),
  ),
  refusal('a policy of a user chain', '-P web DROP', ...failed('Bad built-in chain name')),
  refusal('an unknown policy', '-P INPUT FOO', ...failed('Bad policy name')),
  refusal('to remove a built-in chain with rules', '-X INPUT', ...failed('Directory not empty')),
  refusal('to rename what is not there', '-E no neu', ...failed('No chain/target/match by that name')),
  refusal('a new name that another chain has', '-E web INPUT', ...failed('File exists')),
  refusal('place 0', '-I web 0 -j ACCEPT', ...usage("Invalid rule number `0'")),
  refusal('an unknown option', '-A INPUT --frob -j ACCEPT', ...usage('unknown option "--frob"')),
  refusal('a chain named like a verdict', '-N DROP', ...usage('chain name may not clash with target name')),
  refusal(
    'a name that is too long',
    '-N abcdefghijklmnopqrstuvwxyz123',
    ...usage("chain name `abcdefghijklmnopqrstuvwxyz123' too long (must be under 29 chars)"),
  ),
  refusal('an interface where there is none', '-A INPUT -o eth0', ...usage("Can't use -o with INPUT")),
  refusal(
    'an address of the other family',
    '-A INPUT -s 2001:db8::1',
    ...usage("host/network `2001:db8::1' not found"),
  ),
  refusal('a line of nothing', 'hello there', ...usage("Bad argument `hello'")),
  refusal('a set that is not there', '-A INPUT -m set --match-set no src', ...usage("Set no doesn't exist.")),
  refusal(
    'a jump to a chain that is not there',
    '-A INPUT -j nowhere',
    { exit: 2, line: 4, said: "Chain 'nowhere' does not exist" },
    { exit: 2, line: 3, said: "Couldn't load target `nowhere':No such file or directory" },
  ),
  refusal(
    'a jump to a chain that comes later',
    ['-A INPUT -j later', '-N later'],
    { exit: 2, line: 5, said: "Chain 'later' does not exist" },
    { exit: 2, line: 3, said: "Couldn't load target `later':No such file or directory" },
  ),
  refusal(
    'a goto to a chain that is not there',
    '-A INPUT -g nowhere',
    { exit: 2, line: 4, said: "Chain 'nowhere' does not exist" },
    { exit: 2, line: 3, said: "goto 'nowhere' is not a chain" },
  ),
  refusal(
    'to remove a chain that is not empty',
    ['-D INPUT 1', '-X web'],
    { exit: 4, line: 4, said: 'CHAIN_DEL failed (Device or resource busy): chain web' },
    { exit: 1, line: 4 },
  ),
  refusal(
    'to remove a chain that a rule leads to',
    ['-F web', '-X web'],
    { exit: 4, line: 4, said: 'CHAIN_DEL failed (Device or resource busy): chain web' },
    { exit: 1, line: 4 },
  ),
  refusal(
    'a loop of one',
    '-I web 1 -j web',
    ...kernel(3, 4, 'RULE_INSERT failed (Too many links): rule in chain web'),
  ),
  refusal(
    'a loop of two',
    ['-N b', '-A b -j web', '-A web -j b'],
    ...kernel(5, 6, 'RULE_APPEND failed (Too many links): rule in chain web'),
  ),
  refusal(
    'a target in a table that is not its own',
    '-A INPUT -j MASQUERADE',
    ...kernel(3, 4, 'RULE_APPEND failed (Invalid argument): rule in chain INPUT'),
  ),
  {
    title: 'a target that is reached from the wrong hook',
    text: table('nat', '-N m', '-A m -j MASQUERADE', '-A PREROUTING -j m'),
    told: { nft: { exit: 4, line: 4 }, legacy: { exit: 1, line: 5 } },
  },
  {
    title: 'DROP in nat',
    text: table('nat', '-A x -j DROP'),
    told: bothTold({ exit: 2, line: 2, said: NO_DROP }),
  },
  {
    title: 'a policy of DROP in nat',
    text: table('nat', '-P PREROUTING DROP'),
    told: bothTold({ exit: 2, line: 2, said: NO_DROP }),
  },
  {
    title: 'a delete of a text in a chain that is not there',
    text: filter('-D no -j ACCEPT'),
    told: {
      nft: { exit: 1, line: 2, said: 'Bad rule (does a matching rule exist in that chain?).' },
      legacy: { exit: 1, line: 2 },
    },
  },
  {
    title: 'a text without COMMIT',
    text: '*filter\n-A INPUT -j DROP\n',
    told: bothTold({ exit: 1, line: 3 }),
  },
  {
    title: 'two faults: nft reads all lines before it carries out one',
    text: filter('-D web 9', '-A INPUT --frob'),
    told: { nft: { exit: 2, line: 3, said: 'unknown option "--frob"' }, legacy: { exit: 1, line: 2 } },
  },
  {
    title: 'two faults: nft carries out all lines before it asks the kernel',
    text: filter('-X web', '-D INPUT 9'),
    told: { nft: { exit: 1, line: 3, said: 'Index of deletion too big.' }, legacy: { exit: 1, line: 2 } },
  },
];

function bothTold(told: Told): Readonly<Record<Backend, Told>> {
  return { nft: told, legacy: told };
}
