import { expect, test } from 'vitest';
import { type MachineTexts, readMachineFacts } from '../../../../src/core/live-findings/machine-facts.ts';

const OFF = `/proc/sys/net/ipv4/conf/all/forwarding:0
/proc/sys/net/ipv4/conf/eth0/forwarding:0
/proc/sys/net/ipv4/conf/eth0/mc_forwarding:0
/proc/sys/net/ipv6/conf/all/forwarding:0
/proc/sys/net/bridge/bridge-nf-call-iptables:0
/proc/sys/net/bridge/bridge-nf-call-ip6tables:1
`;
const read = (texts: Partial<MachineTexts>) =>
  readMachineFacts({ routes: { ipv4: undefined, ipv6: undefined }, hasBridgeModule: true, ...texts });
const bridge = (call: number) =>
  JSON.stringify([
    { ifname: 'br0', linkinfo: { info_kind: 'bridge', info_data: { nf_call_iptables: call, nf_call_ip6tables: 0 } } },
  ]);

test('says nothing of what no program told', () => {
  expect(read({})).toEqual({ families: { ipv4: {}, ipv6: {} } });
  expect(read({ links: 'Object "link" is unknown', settings: '' })).toEqual({ families: { ipv4: {}, ipv6: {} } });
});

test('forwarding is off where no interface forwards, in any way', () => {
  expect(read({ settings: OFF }).families).toMatchObject({ ipv4: { forwards: false }, ipv6: { forwards: false } });
  for (const line of [
    '/proc/sys/net/ipv4/conf/eth1/forwarding:1',
    '/proc/sys/net/ipv4/conf/eth1/mc_forwarding:1',
    '/proc/sys/net/ipv4/conf/eth1/bc_forwarding:1',
  ])
    expect(read({ settings: `${OFF}${line}\n` }).families).toMatchObject({
      ipv4: { forwards: true },
      ipv6: { forwards: false },
    });
  const forced = `${OFF}/proc/sys/net/ipv6/conf/eth1/force_forwarding:1\n`;
  expect(read({ settings: forced }).families.ipv6.forwards).toBe(true);
});

test('packets of bridges come to no rule where neither the namespace nor a bridge shows them', () => {
  expect(read({ settings: OFF, links: '[{"ifname":"lo"}]' })).toMatchObject({
    interfaces: new Set(['lo']),
    families: { ipv4: { bridged: 'never' }, ipv6: { bridged: 'no-bridge' } },
  });
  expect(read({ settings: OFF, links: bridge(0) }).families).toMatchObject({
    ipv4: { bridged: 'never' },
    ipv6: { bridged: 'maybe' },
  });
  expect(read({ settings: OFF, links: bridge(1) }).families.ipv4.bridged).toBe('maybe');
  // A bridge of which the program does not tell may show all.
  expect(
    read({ settings: OFF, links: '[{"ifname":"b","linkinfo":{"info_kind":"bridge"}}]' }).families.ipv4.bridged,
  ).toBe('maybe');
});

test('without the setting only a missing module tells that no bridge shows packets', () => {
  const settings = OFF.replaceAll(/.*bridge.*\n/g, '');
  const links = '[{"ifname":"lo"}]';
  expect(read({ settings, links, hasBridgeModule: false }).families.ipv4.bridged).toBe('never');
  expect(read({ settings, links, hasBridgeModule: true }).families.ipv4.bridged).toBe('no-bridge');
});
