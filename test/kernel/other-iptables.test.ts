import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FAMILIES, type Family } from '../../src/core/rules/types.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

/** Another version of iptables, 1.8.11 beside 1.8.9 on Debian 12; scripts/setup unpacks it. */
const OTHER = fileURLToPath(new URL('../../node_modules/.cache/other-iptables/bin', import.meta.url));

const ADDRESSES: Readonly<Record<Family, readonly [source: string, destination: string]>> = {
  ipv4: ['192.0.2.0/24', '10.0.0.0/255.0.255.0'],
  ipv6: ['2001:db8::/64', 'fd00::1'],
};

/** Every combination of what the two versions write in another order, each alone and before an extension. */
function rules(family: Family): string {
  const [source, destination] = ADDRESSES[family];
  const parts = [`-s ${source}`, `! -d ${destination}`, '-i eth0', '! -o eth+', '-p tcp', '! -p udp'];
  const lines: string[] = [];
  for (let mask = 0; mask < 1 << parts.length; mask += 1) {
    const words = parts.filter((_, index) => (mask & (1 << index)) !== 0);
    if (words.includes('-p tcp') && words.includes('! -p udp')) continue;
    lines.push(`${words.join(' ')} -j ACCEPT`, `${words.join(' ')} -m u32 --u32 0=0 -j DROP`);
    if (words.includes('-p tcp')) lines.push(`${words.join(' ')} -m tcp --dport 22 -j ACCEPT`);
  }
  const icmp = family === 'ipv4' ? '-p icmp -m icmp --icmp-type 8' : '-p ipv6-icmp -m icmp6 --icmpv6-type 128';
  const more = [icmp, '-m connlimit --connlimit-above 5', '-p udp -m multiport --dports 1,2', '-m limit --limit 5/s'];
  const all = [...lines, ...more.map((words) => `-s ${source} -i eth0 ${words} -j ACCEPT`)];
  return `*filter\n${all.map((words) => `-A FORWARD ${words.trim()}\n`).join('')}COMMIT\n`;
}

function stateOf(ns: string): string {
  return stateFolder({
    'a.yaml': `{namespace: ${ns}, backend: nft, tables: {filter: {INPUT: ['-p tcp --dport 22 -j ACCEPT']}}}\n`,
  });
}

function other(ns: string, family: Family, tool: string, input = ''): string {
  const ran = inNamespace(ns, `${OTHER}/${family === 'ipv4' ? 'iptables' : 'ip6tables'}-nft-${tool}`, [], input);
  if (ran.status !== 0) throw new Error(`${tool}: ${ran.stderr}`);
  return ran.stdout;
}

test('it is another version', () => {
  const ns = makeNamespace();
  const versions = [other(ns, 'ipv4', 'save'), inNamespace(ns, 'iptables-nft-save', []).stdout];
  load(ns, 'nft', 'ipv4', '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n');
  const [one, own] = [other(ns, 'ipv4', 'save'), inNamespace(ns, 'iptables-nft-save', []).stdout].map(
    (text) => / v(\S+) /.exec(text)?.[1],
  );
  expect(versions).toHaveLength(2);
  expect(one).toMatch(/^1\.8\.\d+$/);
  expect(one).not.toBe(own);
});

describe.each(FAMILIES)('rules of one version of iptables are believed by the other, %s', (family) => {
  test('written by the other one, planned and applied with the installed one', () => {
    const ns = makeNamespace();
    other(ns, family, 'restore', rules(family));
    const before = saved(ns, 'nft', family);
    expect(before.match(/^-A/gm)?.length).toBeGreaterThan(100);
    const state = stateOf(ns);
    for (const args of [['plan'], ['apply', '--auto-approve'], ['plan', '--detailed-exitcode']])
      expect(runBuilt([...args, '--state', state])).toMatchObject({ status: 0 });
    expect(saved(ns, 'nft', family)).toContain(before.match(/^-A.*$/gm)?.join('\n'));
  });

  test('written by the installed one, planned and applied with the other one, as after an upgrade', () => {
    const ns = makeNamespace();
    load(ns, 'nft', family, rules(family));
    const state = stateOf(ns);
    const env = { PATH: `${OTHER}:${process.env.PATH ?? ''}` };
    for (const args of [['plan'], ['apply', '--auto-approve'], ['plan', '--detailed-exitcode']])
      expect(runBuilt([...args, '--state', state], { env })).toMatchObject({ status: 0 });
  });
});
