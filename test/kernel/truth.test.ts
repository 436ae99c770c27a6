import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makePlan } from '../../src/app/make-plan.ts';
import { FwError } from '../../src/core/errors.ts';
import type { Family } from '../../src/core/ruleset/types.ts';
import type { Ports } from '../../src/ports.ts';
import { arbitraryTable } from '../support/arbitrary-ruleset.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';
import { saveText } from '../support/table-of.ts';

const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];
const EMPTY = '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:web - [0:0]\n';
const GENUINE = `${EMPTY}-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -j web\nCOMMIT\n`;

/** Native commands that make a lie in `ip filter`; FAMILY and ADDR stand for the family's words. `names` is what the message must hold. */
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
  lie('dscp', 'add rule FAMILY filter INPUT IP dscp 8 accept', 'dscp 0x08 accept'),
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
    'insert rule FAMILY filter INPUT tcp dport != { 22 } counter drop',
    'tcp dport != 22 counter drop',
  ),
  lie('a dormant table', 'add table FAMILY filter { flags dormant; }', 'flags dormant'),
  lie(
    'a native mangle table',
    'add table FAMILY mangle',
    'add chain FAMILY mangle x { type filter hook input priority 0; policy drop; }',
    'chain x',
  ),
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

/** A state that wants nothing of its own: the nat table, as it is when nobody used it. */
function stateOf(...namespaces: readonly string[]): string {
  const documents = namespaces.map((ns) => [
    `${ns}.yaml`,
    `namespace: ${ns}\nbackend: nft\nownership: exclusive\ntables:\n  nat:\n    OUTPUT: {policy: ACCEPT, rules: []}\n`,
  ]);
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

/** Counts what listing costs: every process that lists or loads. */
function counting(ports: Ports): { readonly ports: Ports; readonly counts: { listed: number; scratches: number } } {
  const counts = { listed: 0, scratches: 0 };
  const { kernel } = ports;
  const counted: Ports = {
    ...ports,
    kernel: {
      ...kernel,
      listNft: (targets) => {
        counts.listed += targets.length;
        return kernel.listNft(targets);
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
    expect(error.said).toContain(words(names, family));
    expect(error.next).toContain('list table');
  });
});
