import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { FAMILIES } from '../../src/core/rules/types.ts';
import { addNamespace, inNamespace, load, makeNamespace, removeNamespace, saved } from '../support/netns.ts';
import { expectPing, ip } from '../support/packets.ts';
import { runBuilt } from '../support/run-built.ts';
import { filter, makeSite, printChains } from '../support/site.ts';

// The cases of OpenStack's iptables manager, as docs/coming-from-neutron.md numbers them; 17 to 36 are in the files beside.

const ROUTER = 'use:\n  - template: l3-router\n    with: {uplink: qg-1, address: 203.0.113.10}\n';

/** The skeleton, by family and table. */
const SKELETON = {
  ipv4: {
    mangle: [
      '-A PREROUTING -j fw-PREROUTING',
      '-A fw-PREROUTING -j fw-mark',
      '-A fw-mark -i qg-1 -j MARK --set-xmark 0x2/0xffff',
    ],
    nat: [
      '-A PREROUTING -j fw-PREROUTING',
      '-A OUTPUT -j fw-OUTPUT',
      '-A POSTROUTING -j fw-POSTROUTING',
      '-A fw-OUTPUT -j fw-float-dnat',
      '-A fw-POSTROUTING ! -o qg-1 -m conntrack ! --ctstate DNAT -j ACCEPT',
      '-A fw-POSTROUTING -m comment --comment "last, so that all others come first" -j fw-snat',
      '-A fw-PREROUTING -j fw-float-dnat',
      '-A fw-snat -j fw-float-snat',
      '-A fw-snat -o qg-1 -j SNAT --to-source 203.0.113.10 --random-fully',
      '-A fw-snat -m mark ! --mark 0x2/0xffff -m conntrack --ctstate DNAT -j SNAT --to-source 203.0.113.10 --random-fully',
    ],
    filter: [
      '-A FORWARD -j fw-FORWARD',
      '-A fw-FORWARD -m conntrack --ctstate INVALID -j DROP',
      '-A fw-FORWARD -j fw-local',
    ],
  },
  ipv6: {
    mangle: [
      '-A PREROUTING -j fw-PREROUTING',
      '-A fw-PREROUTING -j fw-mark',
      '-A fw-mark -i qg-1 -j MARK --set-xmark 0x2/0xffff',
    ],
    nat: [
      '-A PREROUTING -j fw-PREROUTING',
      '-A OUTPUT -j fw-OUTPUT',
      '-A POSTROUTING -j fw-POSTROUTING',
      '-A fw-OUTPUT -j fw-float-dnat',
      '-A fw-POSTROUTING ! -o qg-1 -m conntrack ! --ctstate DNAT -j ACCEPT',
      '-A fw-POSTROUTING -m comment --comment "last, so that all others come first" -j fw-snat',
      '-A fw-PREROUTING -j fw-float-dnat',
      '-A fw-snat -j fw-float-snat',
    ],
    filter: [
      '-A FORWARD -j fw-FORWARD',
      '-A fw-FORWARD -m conntrack --ctstate INVALID -j DROP',
      '-A fw-FORWARD -j fw-local',
    ],
  },
} as const;

describe.each(['nft', 'legacy'] as const)('the manager (%s)', (backend) => {
  test('case 1: the first apply on an empty namespace makes the whole skeleton, in a fixed order', async () => {
    const site = makeSite(backend);
    const sent = await site.become(ROUTER);
    for (const family of FAMILIES) {
      for (const table of ['mangle', 'nat', 'filter'] as const) {
        expect(site.rules(table, family), `${family} ${table}`).toEqual(SKELETON[family][table]);
      }
    }
    expect(sent.match(/^\*\w+/gm)).toEqual(['*mangle', '*nat', '*filter', '*mangle', '*nat', '*filter']);
    expect(await makeSite(backend).become(ROUTER)).toBe(sent);
  });

  test('case 7: a rule written in another order, or another spelling, is no change', async () => {
    const site = makeSite(backend);
    await site.become(
      filter({ INPUT: ['-s 10.0.0.5/32 -i eth0 -p tcp -m tcp --dport 22 -j ACCEPT', '-d 10.0.0.0/8 -j DROP'] }),
    );
    const before = saved(site.name, backend, 'ipv4', { counters: true });
    site.write(
      filter({
        INPUT: ['-j ACCEPT --protocol 6 --dport ssh --in-interface eth0 --source 10.0.0.5', '-d 10.1.2.3/8 -j DROP'],
      }),
    );
    await site.settled();
    expect(saved(site.name, backend, 'ipv4', { counters: true })).toBe(before);
  });
});

describe('the manager', () => {
  test('case 2: a chain and a rule come and go, and the text of the skeleton is back', async () => {
    const site = makeSite('legacy');
    await site.become(ROUTER);
    const skeleton = FAMILIES.map((family) => saved(site.name, 'legacy', family));
    await site.become(`${ROUTER}${filter({ web: ['-p tcp --dport 80 -j ACCEPT'], local: ['-j web'] })}`);
    expect(site.rules('filter')).toContain('-A fw-local -j fw-web');
    await site.become(ROUTER);
    expect(FAMILIES.map((family) => saved(site.name, 'legacy', family))).toEqual(skeleton);
  });

  test('case 3: so do they in mangle, nat and raw, for both families or one, under a prefix of 8 characters', async () => {
    const site = makeSite('legacy');
    const head = 'owner: neutron3\n';
    const tables = ['mangle', 'nat', 'raw'];
    const rules = () => FAMILIES.map((family) => tables.map((table) => site.rules(table, family)));
    const chains = { PREROUTING: ['-p udp --dport 53 -j look'], look: ['-m mark --mark 1 -j RETURN'] };
    const body = `tables:\n${tables.map((table) => `  ${table}:\n${printChains(chains)}`).join('')}`;
    const made = [
      '-A PREROUTING -j neutron3-PREROUTING',
      '-A neutron3-PREROUTING -p udp -m udp --dport 53 -j neutron3-look',
      '-A neutron3-look -m mark --mark 0x1 -j RETURN',
    ];
    await site.become(`${head}${body}`);
    expect(rules()).toEqual([
      [made, made, made],
      [made, made, made],
    ]);
    await site.become(`${head}family: ipv4\n${body}`);
    expect(rules()).toEqual([
      [made, made, made],
      [[], [], []],
    ]);
    await site.become(`${head}tables: {filter: {local: []}}\n`);
    expect(rules().flat(2)).toEqual([]);
  });

  test('case 5: a jump to a chain of the document means the chain under its prefix, and so does a goto', async () => {
    const site = makeSite('nft');
    const rules = ['-p tcp -j web', '-p udp -g web', '-m comment --comment "to web, not fw-web" -j web'];
    await site.become(filter({ INPUT: rules, web: ['-j RETURN'] }, 'values: {unused: web}\n'));
    expect(site.rules('filter')).toEqual([
      '-A INPUT -j fw-INPUT',
      '-A fw-INPUT -p tcp -j fw-web',
      '-A fw-INPUT -p udp -g fw-web',
      '-A fw-INPUT -m comment --comment "to web, not fw-web" -j fw-web',
      '-A fw-web -j RETURN',
    ]);
  });

  test('case 9: a comment stands in front of the jump, with a jump alone and with none', async () => {
    const site = makeSite('legacy');
    await site.become(
      'tables:\n  filter:\n    INPUT:\n      - {rule: -p tcp -j ACCEPT, comment: web servers}\n' +
        '      - {rule: -j RETURN, comment: jump only}\n      - {rule: -p udp, comment: no jump}\n' +
        `      - {rule: -p icmp -j DROP, comment: 'quote " and \\ and ''s'}\n`,
    );
    expect(site.rules('filter')).toEqual([
      '-A INPUT -j fw-INPUT',
      '-A fw-INPUT -p tcp -m comment --comment "web servers" -j ACCEPT',
      '-A fw-INPUT -m comment --comment "jump only" -j RETURN',
      '-A fw-INPUT -p udp -m comment --comment "no jump"',
      `-A fw-INPUT -p icmp -m comment --comment "quote \\" and \\\\ and \\'s" -j DROP`,
    ]);
  });

  test('case 4: long names are refused, never cut, and names that begin alike stay two', async () => {
    const site = makeSite('nft');
    const longest = 'a'.repeat(25);
    await site.become(
      filter({ [longest]: ['-j DROP'], 'abcdefghijk-one': ['-j ACCEPT'], 'abcdefghijk-two': ['-j DROP'] }),
    );
    expect(site.rules('filter')).toEqual([
      `-A fw-${longest} -j DROP`,
      '-A fw-abcdefghijk-one -j ACCEPT',
      '-A fw-abcdefghijk-two -j DROP',
    ]);
    expect(await site.refuses(filter({ [`${longest}b`]: ['-j DROP'] }))).toMatchObject([
      { code: 'state.chain-name', at: `${longest}b` },
    ]);
    site.write(filter({ [longest]: ['-j DROP'], 'abcdefghijk-one': ['-j ACCEPT'], 'abcdefghijk-two': ['-j DROP'] }));
    await site.settled();
  });

  test.each(['nft', 'legacy'] as const)(
    'case 6: a rule without a match and without a target counts packets, and is the same in the next plan (%s)',
    async (backend) => {
      const site = makeSite(backend);
      ip(`-n ${site.name} link set lo up`);
      await site.become(filter({ INPUT: ['-p all', '-p all -m comment --comment seen'] }));
      expect(site.rules('filter')).toEqual([
        '-A INPUT -j fw-INPUT',
        '-A fw-INPUT',
        '-A fw-INPUT -m comment --comment seen',
      ]);
      expectPing(site.name, '127.0.0.1', true);
      expect(counters(site.name, 'fw-INPUT')[0]).toEqual(['ipv4', 'filter', '4']);
      await site.settled();
    },
  );

  test('case 8: a jump to an unknown chain is an error at its place; what is not there is no error to remove', async () => {
    const site = makeSite('nft');
    expect(await site.refuses(filter({ INPUT: ['-j wbe'], web: ['-j ACCEPT'] }))).toMatchObject([
      { code: 'kernel.rejected', at: 'wbe' },
    ]);
    await site.become(filter({ INPUT: ['-j abc'], ab: ['-j ACCEPT'], abc: ['-j DROP'] }));
    // A name that is the beginning of another: only the chain that left the state goes.
    await site.become(filter({ INPUT: ['-j abc'], abc: ['-j DROP'] }));
    expect(site.rules('filter')).toEqual(['-A INPUT -j fw-INPUT', '-A fw-INPUT -j fw-abc', '-A fw-abc -j DROP']);
    // What the state no longer has is gone already.
    inNamespace(site.name, 'iptables-nft', ['-F', 'fw-INPUT']);
    await site.become(filter({ INPUT: [], abc: ['-j DROP'] }));
    expect(site.rules('filter')).toEqual(['-A fw-abc -j DROP']);
  });

  test('case 10: every rule that cannot be loaded is told with its place, in one run, and nothing is loaded', async () => {
    const site = makeSite('legacy');
    const rules = [
      '-p tcp --dport 80 -j ACCEPT',
      '-p tcp --dport http-alt-alt -j ACCEPT',
      '-m owner --uid-owner 0 -j DROP',
    ];
    const refused = await site.refuses(filter({ INPUT: rules }));
    expect(refused.map(({ code }) => code)).toEqual(['kernel.rejected', 'kernel.rejected']);
    expect(refused[0]).toMatchObject({ at: 'http-alt-alt', said: expect.stringContaining('http-alt-alt') });
    expect(refused[1]?.at).toContain('owner');
    await site.become(filter({ INPUT: rules.slice(0, 1) }));
  });

  test('case 11: a lock that somebody holds is waited for from the first call on, and nothing is sent twice', async () => {
    const site = makeSite('legacy');
    const holder = spawn('flock', ['/run/xtables.lock', 'sh', '-c', 'echo held; sleep 1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await site.become(filter({ INPUT: ['-s 10.0.0.1/32 -j DROP', '-s 10.0.0.2/32 -j DROP'] }));
    expect(site.rules('filter')).toEqual([
      '-A INPUT -j fw-INPUT',
      '-A fw-INPUT -s 10.0.0.1/32 -j DROP',
      '-A fw-INPUT -s 10.0.0.2/32 -j DROP',
    ]);
  });

  test('case 12: a namespace that is named and gone is an error, one that a glob would match is a warning', async () => {
    const name = makeNamespace('qrouter');
    const site = makeSite('nft', name);
    await site.become(ROUTER);
    removeNamespace(name);
    await expect(site.plan()).rejects.toMatchObject({ code: 'env.no-namespace', firewall: 'unchanged' });
    site.write(ROUTER.replace(/^/, `namespace: ${name.slice(0, -1)}*\n`));
    const glob = makeSite('nft', `${name.slice(0, -1)}*`);
    glob.write(ROUTER);
    expect((await glob.plan()).warnings.map(({ code }) => code)).toEqual(['state.glob-empty']);
    expect((await glob.plan()).plan.steps).toEqual([]);
    addNamespace(name);
    expect((await glob.plan()).plan.steps.length).toBe(6);
  });

  test('case 13: a state that breaks halfway changes nothing at all, with an error that says so', async () => {
    const site = makeSite('nft');
    await site.become(filter({ INPUT: ['-p tcp -j ACCEPT'] }));
    const second = makeSite('nft');
    site.write(filter({ INPUT: ['-p udp -j ACCEPT'] }));
    // A second namespace of the same state, and the last rule in it: nothing of the first is done either.
    const broken = `namespace: ${second.name}\n---\nnamespace: ${site.name}\n${filter({ INPUT: ['-p udp -j ACCEPT', '-p 6 --dport'] })}`;
    const refused = await site.refuses(`---\n${broken}`);
    expect(refused.length).toBeGreaterThan(0);
    expect(second.rules('filter')).toEqual([]);
    await site.become(filter({ INPUT: ['-p udp -j ACCEPT'] }));
  });

  test('case 14: counters are read by the exact chain, each table by itself, and zeroing them is no drift', async () => {
    const site = makeSite('nft');
    ip(`-n ${site.name} link set lo up`);
    const counted = { INPUT: ['-p icmp -j label'], label: ['-p all'] };
    await site.become(`tables:\n  filter:\n${printChains(counted)}  mangle:\n${printChains(counted)}`);
    expect(inNamespace(site.name, 'ping', ['-n', '-c', '3', '-i', '0.01', '127.0.0.1']).status).toBe(0);
    const packets = (chain: string) => counters(site.name, chain);
    expect(packets('fw-label')).toEqual([
      ['ipv4', 'filter', '6'],
      ['ipv4', 'mangle', '6'],
      ['ipv6', 'filter', '0'],
      ['ipv6', 'mangle', '0'],
    ]);
    expect(packets('label')).toEqual([]);
    expect(inNamespace(site.name, 'iptables-nft', ['-w', '-Z', 'fw-label']).status).toBe(0);
    expect(packets('fw-label')[0]).toEqual(['ipv4', 'filter', '0']);
    await site.settled();
  });

  test('case 15: without nat and mangle these tables are not touched, and both can come later', async () => {
    const site = makeSite('legacy');
    const theirs =
      '*nat\n-A POSTROUTING -o wan -j MASQUERADE\nCOMMIT\n*mangle\n-A FORWARD -j MARK --set-mark 7\nCOMMIT\n';
    load(site.name, 'legacy', 'ipv4', theirs);
    const stateless = `tables:\n  raw:\n${printChains({ PREROUTING: ['-p tcp -j CT --notrack'] })}  filter:\n${printChains({ INPUT: ['-j ACCEPT'] })}`;
    const sent = await site.become(stateless);
    expect(new Set(sent.match(/^\*\w+/gm))).toEqual(new Set(['*raw', '*filter']));
    expect([site.rules('nat'), site.rules('mangle')]).toEqual([
      ['-A POSTROUTING -o wan -j MASQUERADE'],
      ['-A FORWARD -j MARK --set-xmark 0x7/0xffffffff'],
    ]);
    await site.become(ROUTER, 'b.yaml');
    expect(site.rules('nat').slice(-4)[0]).toBe('-A fw-PREROUTING -j fw-float-dnat');
    expect(site.rules('nat').filter((rule) => rule.startsWith('-A POSTROUTING'))).toEqual([
      '-A POSTROUTING -j fw-POSTROUTING',
      '-A POSTROUTING -o wan -j MASQUERADE',
    ]);
  });

  test('case 16: a prefix is a word of at most 8 characters that the state names; blanks and longer ones are refused', async () => {
    const site = makeSite('nft');
    for (const owner of ['neutron l3', 'neutron_l3', 'neutronl3']) {
      expect(await site.refuses(`owner: ${owner}\n${ROUTER}`)).toMatchObject([{ code: 'state.value', at: owner }]);
    }
    await site.become(`owner: nl3agent\n${ROUTER}`);
    expect(site.rules('filter')[0]).toBe('-A FORWARD -j nl3agent-FORWARD');
  });
});

/** Packets of all rules of the chain, as `fw show live` counts them, one line for each family and table that has it. */
function counters(namespace: string, name: string): readonly (readonly string[])[] {
  const { stdout } = runBuilt(['show', 'live', '--namespace', namespace, '--format', 'json']);
  const shown = JSON.parse(stdout) as Live;
  const lines = shown.tables.flatMap(({ family, table, chains }) =>
    chains
      .filter((chain) => chain.name === name)
      .map(({ rules }) => [family, table, String(rules.reduce((sum, rule) => sum + Number(rule.counters.packets), 0))]),
  );
  return lines.sort();
}

type Live = {
  readonly tables: readonly {
    readonly family: string;
    readonly table: string;
    readonly chains: readonly {
      readonly name: string;
      readonly rules: readonly { readonly counters: { readonly packets: string } }[];
    }[];
  }[];
};
