import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FwError } from '../../src/core/diagnostics/errors.ts';
import type { Family } from '../../src/core/rules/types.ts';
import type { Kernel, Ports } from '../../src/ports/ports.ts';
import { arbitraryTable } from '../support/arbitrary-ruleset.ts';
import { apply, applyMade, plan, realPorts } from '../support/fw.ts';
import { manyExtensions } from '../support/many-extensions.ts';
import { inNamespace, load, makeNamespace, removeNamespace, saved } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';
import { saveText } from '../support/table-of.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const EMPTY = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]\n';
const GENUINE = `${EMPTY}-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -j web\nCOMMIT\n`;

/** Native commands that make iptables-save show `ip filter` wrongly; FAMILY and ADDR stand for the family's words. `names` is what the message must have. */
const LIES: readonly { readonly what: string; readonly nft: readonly string[]; readonly names: string }[] = [
  lie('a set of ports', 'add rule FAMILY filter INPUT tcp dport { 25, 80 } accept', 'tcp dport { 25, 80 } accept'),
  lie(
    'a named set',
    'add set FAMILY filter bad { type ADDR_addr; }',
    'add rule FAMILY filter INPUT IP saddr @bad drop',
    'saddr @bad drop',
  ),
  lie('a named set that no rule uses', 'add set FAMILY filter bad { type inet_service; }', 'set bad'),
  lie('a named map', 'add map FAMILY filter bad { type inet_service : verdict; }', 'map bad'),
  lie('a range of addresses', 'add rule FAMILY filter INPUT IP saddr LOW-HIGH drop', 'saddr LOW-HIGH drop'),
  lie(
    'a set of interfaces',
    'add rule FAMILY filter INPUT iifname { "a0", "b0" } accept',
    'iifname { "a0", "b0" } accept',
  ),
  lie('ct state', 'add rule FAMILY filter INPUT ct state established accept', 'ct state established accept'),
  lie(
    'ct state with a counter',
    'add rule FAMILY filter INPUT ct state established counter accept',
    'ct state established',
  ),
  lie('log', 'add rule FAMILY filter INPUT log prefix "x"', 'log prefix "x"'),
  lie('reject', 'add rule FAMILY filter INPUT tcp dport 7 reject', 'tcp dport 7 reject'),
  lie('limit rate over', 'add rule FAMILY filter INPUT limit rate over 5/second drop', 'limit rate over 5/second'),
  lie('limit rate', 'add rule FAMILY filter INPUT limit rate 5/second accept', 'limit rate 5/second'),
  lie('numgen', 'add rule FAMILY filter INPUT numgen inc mod 2 0 drop', 'numgen inc mod 2 0 drop'),
  lie('fib', 'add rule FAMILY filter INPUT fib saddr oif 0 drop', 'fib saddr oif 0 drop'),
  lie('ct count', 'add rule FAMILY filter INPUT ct count over 9 drop', 'ct count over 9 drop'),
  lie('meta skuid', 'add rule FAMILY filter OUTPUT meta skuid 0 accept', 'meta skuid 0 accept'),
  lie('dscp', 'add rule FAMILY filter INPUT IP dscp 8 accept', 'dscp cs1 accept'),
  lie(
    'a set of protocols',
    'add rule FAMILY filter INPUT meta l4proto { 6, 17 } th dport 53 accept',
    'th dport 53 accept',
  ),
  lie(
    'a base chain of another priority',
    'add chain FAMILY filter late { type filter hook input priority 10; }',
    'chain late',
  ),
  lie(
    'a base chain of an odd name',
    'add chain FAMILY filter twice { type filter hook input priority 0; }',
    'chain twice',
  ),
  lie(
    'a verdict map',
    'add rule FAMILY filter INPUT tcp dport vmap { 25 : drop, 80 : accept }',
    'tcp dport vmap { 25 : drop, 80 : accept }',
  ),
  lie(
    'a jump through a map',
    'add map FAMILY filter ways { type inet_service : verdict; elements = { 80 : jump web }; }',
    'add rule FAMILY filter INPUT tcp dport vmap @ways',
    'tcp dport vmap @ways',
  ),
  lie('a rule without a counter', 'add rule FAMILY filter INPUT tcp dport 25 accept', 'tcp dport 25 accept'),
  lie('a comment', 'add rule FAMILY filter INPUT tcp dport 25 counter accept comment "mine"', 'comment "mine"'),
  lie('a lookup in a user chain', 'add rule FAMILY filter web tcp dport { 25, 80 } counter accept', 'chain web'),
  lie(
    'a native rule in front',
    'insert rule FAMILY filter INPUT tcp dport != { 22, 25 } counter drop',
    'tcp dport != { 22, 25 } counter drop',
  ),
  lie('a dormant table', 'add table FAMILY filter { flags dormant; }', 'flags dormant'),
  lie(
    'a native mangle table',
    'add table FAMILY mangle',
    'add chain FAMILY mangle x { type filter hook input priority 0; policy drop; }',
    'chain x',
  ),
  lie(
    'protocols beside one that iptables writes too',
    'add rule FAMILY filter INPUT meta l4proto 6 counter accept',
    'add rule FAMILY filter INPUT meta l4proto { 6, 17 } counter accept',
    '{ 6, 17 } counter accept',
  ),
  lie('a range of protocols', 'add rule FAMILY filter INPUT meta l4proto 6-17 counter accept', '6-17 counter accept'),
  lie('a map of protocols', 'add rule FAMILY filter INPUT meta l4proto vmap { 6 : accept }', 'vmap { 6 : accept }'),
  lie(
    'a count of connections in a set that has the name of what nft prints for connlimit',
    'add set FAMILY filter connlimit0 { type ADDR_addr; flags dynamic; }',
    'add rule FAMILY filter INPUT add @connlimit0 { IP saddr ct count over 5 } counter drop',
    'set connlimit0',
  ),
  lie('a quota', 'add rule FAMILY filter INPUT quota over 5 mbytes counter drop', 'quota over 5 mbytes'),
  lie('a quota that no rule uses', 'add quota FAMILY filter much { over 5 mbytes; }', 'quota much'),
  lie('a counter with a name', 'add counter FAMILY filter web', 'counter web'),
  lie('a limit with a name', 'add limit FAMILY filter slow { rate 5/second; }', 'limit slow'),
  lie('a mark set', 'add rule FAMILY filter INPUT meta mark set 5', 'meta mark set'),
  lie('notrack', 'add rule FAMILY filter INPUT notrack', 'notrack'),
];

function lie(what: string, ...words: readonly string[]) {
  return { what, nft: words.slice(0, -1), names: words.at(-1) ?? '' };
}

function words(text: string, family: Family): string {
  const values: Record<string, string> =
    family === 'ipv4'
      ? { FAMILY: 'ip', ADDR: 'ipv4', IP: 'ip', LOW: '10.0.0.1', HIGH: '10.0.0.9' }
      : { FAMILY: 'ip6', ADDR: 'ipv6', IP: 'ip6', LOW: 'fd00::1', HIGH: 'fd00::9' };
  return text.replace(/FAMILY|ADDR|IP(?=[ ])|LOW|HIGH/g, (word) => values[word] ?? word);
}

function nft(ns: string, script: string): void {
  const ran = inNamespace(ns, 'nft', ['-f', '-'], `${script}\n`);
  if (ran.status !== 0) throw new Error(`nft refused: ${ran.stderr}`);
}

/** A state about every table that these tests use. */
function stateOf(...namespaces: readonly string[]): string {
  const tables = ['filter', 'mangle', 'nat']
    .map((table) => `  ${table}:\n    OUTPUT: [-m mark --mark 0x77]\n`)
    .join('');
  const documents = namespaces.map((ns) => [`${ns}.yaml`, `namespace: ${ns}\nbackend: nft\ntables:\n${tables}`]);
  return stateFolder(Object.fromEntries(documents));
}

async function failureOf(run: Promise<unknown>): Promise<FwError> {
  try {
    await run;
  } catch (error) {
    if (error instanceof FwError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Where bytes cannot be read, as without perl, everything is proven by listings. */
function withoutBytes(kernel: Kernel): Kernel {
  return { ...kernel, dumpNft: async (targets) => targets.map(() => undefined) };
}

/** Counts what listing costs: every process that lists or loads. */
function counting(ports: Ports): { readonly ports: Ports; readonly counts: { listed: number; scratches: number } } {
  const counts = { listed: 0, scratches: 0 };
  const { kernel } = ports;
  const counted: Ports = {
    ...ports,
    kernel: {
      ...kernel,
      listNft: (targets, form) => {
        counts.listed += targets.length;
        return kernel.listNft(targets, form);
      },
      scratch: () => {
        counts.scratches += 1;
        return kernel.scratch();
      },
    },
  };
  return { ports: counted, counts };
}

describe.each(FAMILIES)('a native rule in a table of iptables, %s', (family) => {
  test.each(LIES)('$what stops a plan, and the message names it', async ({ nft: commands, names }) => {
    const ns = makeNamespace();
    load(ns, 'nft', family, GENUINE);
    nft(ns, commands.map((command) => words(command, family)).join('\n'));
    const error = await failureOf(plan(stateOf(ns)));
    expect(error).toMatchObject({ code: 'live.untruthful', exit: 5, firewall: 'unchanged' });
    expect(error.message).toContain(`${ns} ${family}`);
    expect(error.message).toContain(names === 'chain x' ? 'mangle' : 'filter');
    expect(error.output).toContain(words(names, family));
    expect(error.next).toContain('list table');
  });
});

describe.each(FAMILIES)('what iptables wrote is believed, %s', (family) => {
  test('rules with about ninety options of extensions, Docker, kube-proxy and fail2ban among them', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', family, manyExtensions(family));
    expect(saved(ns, 'nft', family).match(/^-A/gm)?.length).toBe(91);
    await expectBelieved(ns);
  });

  test('rules that name an ipset', async () => {
    const ns = makeNamespace();
    inNamespace(ns, 'ipset', ['create', 'foo', 'hash:ip', 'family', family === 'ipv4' ? 'inet' : 'inet6']);
    inNamespace(ns, 'ipset', ['create', 'bar', 'hash:net', 'family', family === 'ipv4' ? 'inet' : 'inet6']);
    const rules = '-A INPUT -m set --match-set foo src -j DROP\n-A INPUT -m set ! --match-set bar dst -j DROP\n';
    load(ns, 'nft', family, `${EMPTY}${rules}-A INPUT -j SET --add-set foo src\nCOMMIT\n`);
    await expectBelieved(ns);
  });

  test('rules made one by one, with policies, renamed and emptied chains', async () => {
    const ns = makeNamespace();
    const iptables = family === 'ipv4' ? 'iptables-nft' : 'ip6tables-nft';
    const commands = [
      '-N a',
      '-A a -j RETURN',
      '-N b',
      '-A INPUT -p tcp --dport 22 -j a',
      '-P FORWARD DROP',
      '-I INPUT -g b',
    ];
    for (const command of [...commands, '-F a', '-E b c', '-t nat -L', '-t raw -A OUTPUT -j NOTRACK'])
      expect(inNamespace(ns, iptables, command.split(' '))).toMatchObject({ status: 0 });
    await expectBelieved(ns);
  });

  test('native tables of other names, whatever they hold', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', family, GENUINE);
    const content =
      '{ set s { type inet_service; elements = { 1, 2 }; }; chain c { type filter hook input priority 10; tcp dport @s drop; }; }';
    nft(
      ns,
      ['inet firewalld', 'ip docker-bridges', 'ip6 filters', 'inet filter']
        .map((table) => `table ${table} ${content}`)
        .join('\n'),
    );
    await expectBelieved(ns);
  });

  test('a fresh namespace, an empty table, and a table whose rules are gone', async () => {
    const [fresh, empty, emptied] = [makeNamespace(), makeNamespace(), makeNamespace()];
    nft(empty, words('add table FAMILY filter\nadd table FAMILY nat', family));
    load(emptied, 'nft', family, GENUINE);
    load(emptied, 'nft', family, `${EMPTY}-F\n-X\nCOMMIT\n`, ['--noflush']);
    for (const ns of [fresh, empty, emptied]) await expectBelieved(ns);
  });
});

test('random tables are believed, and one native rule among their rules is found', async () => {
  const tables = fc.tuple(
    arbitraryTable({ name: 'filter', maxRules: 6 }),
    arbitraryTable({ name: 'mangle', maxRules: 4 }),
  );
  const lies = fc.constantFrom(
    'tcp dport { 25, 80 } accept',
    'ip saddr 10.0.0.1-10.0.0.9 drop',
    'iifname { "a", "b" } accept',
  );
  await fc.assert(
    fc.asyncProperty(tables, lies, fc.constantFrom('INPUT', 'OUTPUT'), async ([filter, mangle], native, chain) => {
      const ns = makeNamespace();
      load(ns, 'nft', 'ipv4', saveText(mangle) + saveText(filter));
      await expectBelieved(ns);
      nft(ns, `insert rule ip mangle ${chain} ${native}`);
      expect((await failureOf(plan(stateOf(ns)))).output).toContain(
        `table ip mangle, chain ${chain}, rule 1: ${native.slice(0, 9)}`,
      );
      removeNamespace(ns);
    }),
    { numRuns: 15, seed: 20260901 },
  );
});

describe('what was proven before', () => {
  test('is not loaded again, and 20 small namespaces are not even listed', async () => {
    const namespaces = Array.from({ length: 20 }, () => makeNamespace());
    for (const ns of namespaces) load(ns, 'nft', 'ipv4', GENUINE);
    const state = stateOf(...namespaces);
    const { ports, counts } = counting(realPorts(withoutBytes));
    await plan(state, ports);
    expect(counts.listed).toBe(40);
    await plan(state, ports);
    expect(counts).toMatchObject({ listed: 40 });
  });

  test('by bytes lists nothing at all', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', 'ipv4', GENUINE);
    const { ports, counts } = counting(realPorts());
    await plan(stateOf(ns), ports);
    expect(counts.listed).toBe(0);
  });

  test('is listed again where that is cheap, so a native rule behind the same text is found by a plan', async () => {
    const ns = makeNamespace();
    const ports = realPorts();
    const text = `${EMPTY}-A INPUT -p tcp -j ACCEPT\nCOMMIT\n`;
    load(ns, 'nft', 'ipv4', text);
    await plan(stateOf(ns), ports);
    nft(ns, 'flush chain ip filter INPUT\nadd rule ip filter INPUT tcp dport { 22, 80 } counter accept');
    expect(saved(ns, 'nft', 'ipv4')).toContain('-A INPUT -p tcp -j ACCEPT');
    expect(await failureOf(plan(stateOf(ns), ports))).toMatchObject({ code: 'live.untruthful', exit: 5 });
  });

  test('is not believed by an apply: a native rule that came after the plan stops it, and nothing is touched', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', 'ipv4', `${EMPTY}-A INPUT -p tcp -j ACCEPT\nCOMMIT\n`);
    const state = stateFolder({
      'a.yaml': `namespace: ${ns}\nbackend: nft\nownership: exclusive\ntables:\n  filter:\n    INPUT: [-p udp -j ACCEPT]\n`,
    });
    const ports = realPorts();
    const made = await plan(state, ports);
    nft(ns, 'flush chain ip filter INPUT\nadd rule ip filter INPUT tcp dport { 22, 80 } counter accept');
    const error = await failureOf(applyMade(async () => made, state, ports));
    expect(error).toMatchObject({ code: 'live.untruthful', firewall: 'unchanged' });
    expect(error.output).toContain('tcp dport { 22, 80 }');
    expect(inNamespace(ns, 'nft', ['list', 'chain', 'ip', 'filter', 'INPUT']).stdout).toContain('tcp dport { 22, 80 }');
  });
});

describe('rules that change while fw looks', () => {
  test('are no mismatch: the proof is repeated with what is live then', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', 'ipv4', GENUINE);
    const addsBeforeFirstListing = meddling(ns, (listings) => listings === 1);
    await plan(stateOf(ns), realPorts(addsBeforeFirstListing));
    expect(saved(ns, 'nft', 'ipv4')).toContain('--comment added1');
  });

  test('again and again are no mismatch either: every rule was shown as it is once', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', 'ipv4', GENUINE);
    await plan(stateOf(ns), realPorts(meddling(ns, () => true)));
    expect(saved(ns, 'nft', 'ipv4')).toContain('--comment added2');
  });

  test('in step with the first looks, and back to what they were each time, are no mismatch: the genid shows that they moved', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', 'ipv4', GENUINE);
    const rule = ['-s', '192.0.2.1', '-j', 'DROP'];
    let listings = 0;
    const inStep = (kernel: Kernel): Kernel => ({
      ...withoutBytes(kernel),
      listNft: async (targets, form) => {
        listings += 1;
        if (listings > 4) return kernel.listNft(targets, form);
        inNamespace(ns, 'iptables-nft', ['-A', 'web', ...rule]);
        const listed = await kernel.listNft(targets, form);
        inNamespace(ns, 'iptables-nft', ['-D', 'web', ...rule]);
        return listed;
      },
    });
    await plan(stateOf(ns), realPorts(inStep));
    expect(listings).toBeGreaterThan(4);
  });

  test('again and again do not hide a rule that is saved wrongly', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', 'ipv4', GENUINE);
    nft(ns, 'add rule ip filter INPUT tcp dport { 22, 80 } counter accept');
    const error = await failureOf(plan(stateOf(ns), realPorts(meddling(ns, () => true))));
    expect(error).toMatchObject({ code: 'live.untruthful', exit: 5, firewall: 'unchanged' });
  });
});

describe('without the nft program', () => {
  const missing = { exitCode: -1, stdout: '', stderr: '', problem: 'missing' } as const;
  const withoutNft = (kernel: Kernel): Kernel => ({
    ...withoutBytes(kernel),
    listNft: async (targets) => targets.map(() => missing),
  });

  test('a plan warns, and an apply refuses', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', 'ipv4', GENUINE);
    const state = stateFolder({
      'a.yaml': `namespace: ${ns}\nbackend: nft\ntables:\n  filter:\n    INPUT: [-p udp -j ACCEPT]\n`,
    });
    const ports = realPorts(withoutNft);
    const { warnings } = await plan(state, ports);
    expect(warnings.map(({ code }) => code)).toEqual(['env.missing-binary']);
    expect(await failureOf(apply(state, ports))).toMatchObject({ code: 'env.missing-binary', firewall: 'unchanged' });
    expect(saved(ns, 'nft', 'ipv4')).not.toContain('udp');
  });
});

async function expectBelieved(ns: string): Promise<void> {
  expect((await plan(stateOf(ns))).warnings).toEqual([]);
}

/** Another program that adds a rule just before fw lists, as Docker may. */
function meddling(ns: string, isTime: (listings: number) => boolean): (kernel: Kernel) => Kernel {
  let listings = 0;
  return (kernel) => ({
    ...withoutBytes(kernel),
    listNft: (targets, form) => {
      listings += 1;
      if (isTime(listings))
        load(
          ns,
          'nft',
          'ipv4',
          `*filter\n-A INPUT -s 192.0.2.${listings} -m comment --comment added${listings} -j ACCEPT\nCOMMIT\n`,
          ['--noflush'],
        );
      return kernel.listNft(targets, form);
    },
  });
}
