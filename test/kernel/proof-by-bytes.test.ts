import { describe, expect, test } from 'vitest';
import { openKernel } from '../../src/adapters/iptables/kernel.ts';
import { proveByBytes } from '../../src/app/save-proof/prove-by-bytes.ts';
import { parseSave } from '../../src/core/restore/parse-save.ts';
import type { Family, Snapshot } from '../../src/core/rules/types.ts';
import type { Kernel, ProvenStore } from '../../src/ports/ports.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { manyExtensions } from '../support/many-extensions.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const FILTER = [
  '*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]',
  '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -j web\n-A web -p udp -m udp --dport 53 -j ACCEPT\nCOMMIT\n',
].join('\n');

/** What other programs can do to these rules, each of which the bytes must show; FAMILY stands for the family of nft. */
const ALTERED: readonly (readonly [what: string, script: string])[] = [
  ['a dormant table', 'add table FAMILY filter { flags dormant; }'],
  ['another policy', 'chain FAMILY filter INPUT { policy accept; }'],
  [
    'another priority',
    'delete rule FAMILY filter INPUT handle FIRST\nflush chain FAMILY filter INPUT\ndelete chain FAMILY filter INPUT\nadd chain FAMILY filter INPUT { type filter hook input priority 10; policy drop; }\nadd rule FAMILY filter INPUT counter jump web',
  ],
  ['a chain more', 'add chain FAMILY filter more'],
  ['a base chain more', 'add chain FAMILY filter late { type filter hook input priority 10; }'],
  ['a rule more', 'add rule FAMILY filter web counter accept'],
  ['a rule without a counter', 'add rule FAMILY filter web accept'],
  ['a rule less', 'flush chain FAMILY filter web'],
  ['a set without a name', 'add rule FAMILY filter web tcp dport { 25, 80 } counter accept'],
  ['a set that no rule uses', 'add set FAMILY filter bad { type inet_service; }'],
  ['a map', 'add map FAMILY filter bad { type inet_service : verdict; }'],
  ['a counter with a name', 'add counter FAMILY filter bad'],
  ['a comment of nft', 'add rule FAMILY filter web counter accept comment "mine"'],
  ['an interface by its number', 'add rule FAMILY filter web iif lo counter accept'],
];

const kernel = openKernel(() => []);

function memoryStore(): ProvenStore & { readonly known: Map<string, string> } {
  const known = new Map<string, string>();
  return {
    known,
    read: async () => new Map(known),
    add: async (more) => {
      for (const [text, bytes] of more) known.set(text, bytes);
    },
  };
}

function snapshotOf(ns: string, family: Family): Snapshot {
  const { ruleset } = parseSave(saved(ns, 'nft', family, { counters: true }), family);
  return { namespace: { kind: 'named', name: ns }, family, backend: 'nft', ruleset };
}

function nft(ns: string, script: string, family: Family): void {
  const words = script.replaceAll('FAMILY', family === 'ipv4' ? 'ip' : 'ip6');
  const ran = inNamespace(ns, 'nft', ['-f', '-'], `${words}\n`);
  if (ran.status !== 0) throw new Error(`nft refused: ${ran.stderr}`);
}

/** Counts the scratch namespaces that are opened, and keeps what is loaded there. */
function watched(): { readonly kernel: Kernel; readonly loads: string[]; readonly listed: () => number } {
  const loads: string[] = [];
  let listed = 0;
  return {
    loads,
    listed: () => listed,
    kernel: {
      ...kernel,
      listNft: (targets, form) => {
        listed += targets.length;
        return kernel.listNft(targets, form);
      },
      scratch: async () => {
        const scratch = await kernel.scratch();
        return {
          ...scratch,
          restore: (backend, family, text, options) => {
            loads.push(text);
            return scratch.restore(backend, family, text, options);
          },
        };
      },
    },
  };
}

describe.each(FAMILIES)('rules of iptables are proven by their bytes, %s', (family) => {
  test('about ninety options of extensions, whatever was counted', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', family, manyExtensions(family));
    // From the text of iptables-save `-m policy` gets other bytes than from the words of people (iptables 1.8.9).
    load(ns, 'nft', family, saved(ns, 'nft', family));
    const snapshot = snapshotOf(ns, family);
    const store = memoryStore();
    expect(await proveByBytes(kernel, [snapshot], 'p', store)).toEqual([true]);
    load(ns, 'nft', family, saved(ns, 'nft', family, { counters: true }).replaceAll(/^\[\d+:\d+\]/gm, '[7:420]'), [
      '--counters',
    ]);
    const { kernel: counting, loads } = watched();
    expect(await proveByBytes(counting, [snapshot], 'p', store)).toEqual([true]);
    expect(loads).toEqual([]);
  });

  test('and nothing else passes for them, with texts that were proven before', async () => {
    const ns = makeNamespace();
    load(ns, 'nft', family, FILTER);
    const snapshot = snapshotOf(ns, family);
    const store = memoryStore();
    expect(await proveByBytes(kernel, [snapshot], 'p', store)).toEqual([true]);
    for (const [what, script] of ALTERED) {
      const first = /# handle (\d+)/.exec(
        inNamespace(ns, 'nft', [
          '-a',
          'list',
          'chain',
          family === 'ipv4' ? 'ip' : 'ip6',
          'filter',
          'INPUT',
        ]).stdout.split('\n')[4] ?? '',
      );
      nft(ns, script.replace('FIRST', first?.[1] ?? ''), family);
      expect(await proveByBytes(kernel, [snapshot], 'p', store), what).toEqual([false]);
      nft(ns, 'flush ruleset', family);
      load(ns, 'nft', family, FILTER);
    }
    expect(await proveByBytes(kernel, [snapshot], 'p', store)).toEqual([true]);
  });

  test('an empty table with a flag or a comment of nft is no empty table: where it is dormant, what is written into it does nothing', async () => {
    const ns = makeNamespace();
    const word = family === 'ipv4' ? 'ip' : 'ip6';
    const state = stateFolder({
      'a.yaml': `namespace: ${ns}\nbackend: nft\nownership: exclusive\nfamily: ${family}\ntables:\n  filter:\n    OUTPUT: [-p udp -j DROP]\n`,
    });
    for (const marked of ['{ flags dormant; }', '{ comment "mine"; }']) {
      nft(ns, `flush ruleset\nadd table ${word} filter ${marked}`, family);
      expect(await proveByBytes(kernel, [snapshotOf(ns, family)], 'p', memoryStore()), marked).toEqual([false]);
      await expect(apply(state), marked).rejects.toMatchObject({ code: 'live.untruthful' });
    }
    nft(ns, `flush ruleset\nadd table ${word} filter`, family);
    expect(await proveByBytes(kernel, [snapshotOf(ns, family)], 'p', memoryStore())).toEqual([true]);
  });

  test('a set counts by its name: others may be there, and its number be another', async () => {
    const ns = makeNamespace();
    const kind = family === 'ipv4' ? 'inet' : 'inet6';
    for (const set of ['first', 'second']) inNamespace(ns, 'ipset', ['create', set, 'hash:ip', 'family', kind]);
    const rules = (name: string) =>
      `*filter\n-A INPUT -m set --match-set ${name} src -j SET --add-set ${name} dst\nCOMMIT\n`;
    load(ns, 'nft', family, rules('second'));
    const store = memoryStore();
    const second = snapshotOf(ns, family);
    expect(await proveByBytes(kernel, [second], 'p', store)).toEqual([true]);
    load(ns, 'nft', family, rules('first'));
    expect(await proveByBytes(kernel, [second], 'p', store)).toEqual([false]);
  });
});

test('only chains whose text is not known are loaded, with what they call', async () => {
  const ns = makeNamespace();
  load(ns, 'nft', 'ipv4', FILTER);
  const store = memoryStore();
  await proveByBytes(kernel, [snapshotOf(ns, 'ipv4')], 'p', store);
  inNamespace(ns, 'iptables-nft', ['-I', 'INPUT', '-i', 'lo', '-j', 'ACCEPT']);
  const { kernel: counting, loads } = watched();
  expect(await proveByBytes(counting, [snapshotOf(ns, 'ipv4')], 'p', store)).toEqual([true]);
  expect(loads).toHaveLength(1);
  expect(loads[0]).toContain('-A INPUT -i lo -j ACCEPT');
  expect(loads[0]).toContain(':web -');
  expect(loads[0]).not.toContain('-A web');
});

test('other programs, or another kernel, are asked anew', async () => {
  const ns = makeNamespace();
  load(ns, 'nft', 'ipv4', FILTER);
  const store = memoryStore();
  await proveByBytes(kernel, [snapshotOf(ns, 'ipv4')], 'p', store);
  const { kernel: counting, loads } = watched();
  expect(await proveByBytes(counting, [snapshotOf(ns, 'ipv4')], 'q', store)).toEqual([true]);
  expect(loads).toHaveLength(1);
});

test('bytes that another version of iptables writes are no mismatch: such rules are listed', async () => {
  const ns = makeNamespace();
  load(ns, 'nft', 'ipv4', '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n');
  // As iptables 1.8.11 writes -p tcp in IPv4.
  nft(ns, 'add rule ip filter INPUT ip protocol tcp counter accept', 'ipv4');
  const { kernel: counting, listed } = watched();
  expect(await proveByBytes(kernel, [snapshotOf(ns, 'ipv4')], 'p', memoryStore())).toEqual([false]);
  const state = stateFolder({
    'a.yaml': `namespace: ${ns}\nbackend: nft\ntables:\n  filter:\n    INPUT: [-p udp -j ACCEPT]\n`,
  });
  expect(
    (
      await plan(
        state,
        realPorts(() => counting),
      )
    ).warnings,
  ).toEqual([]);
  expect(listed()).toBeGreaterThan(0);
});

test('what an apply wrote is proven for the next plan without a scratch namespace', async () => {
  const ns = makeNamespace();
  load(ns, 'nft', 'ipv4', FILTER);
  const state = stateFolder({
    'a.yaml': `namespace: ${ns}\nbackend: nft\nownership: exclusive\nfamily: ipv4\ntables:\n  filter:\n    INPUT: [-p udp -j ACCEPT, -j web]\n    web: [-s 192.0.2.1/32 -j DROP]\n`,
  });
  const { kernel: counting, loads, listed } = watched();
  const ports = realPorts(() => counting);
  await apply(state, ports);
  const before = loads.length;
  expect((await plan(state, ports)).plan.steps).toEqual([]);
  expect(loads.length).toBe(before);
  expect(listed()).toBe(0);
});
