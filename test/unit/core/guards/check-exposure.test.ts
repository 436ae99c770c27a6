import { describe, expect, test } from 'vitest';
import { checkGuards } from '../../../../src/core/guards/check-guards.ts';
import type { LiveNamespace } from '../../../../src/core/traffic/live-namespace.ts';
import { openedByPlan } from '../../../../src/core/traffic/opened-by-plan.ts';
import { type Edit, guardedPlan, liveOf } from '../../../support/guarded-plan.ts';

const DROP = ':INPUT DROP\n:FORWARD DROP';
const web = '-A INPUT -p tcp -m tcp --dport 443 -j ACCEPT';

describe('FWG07, how much a plan opens', () => {
  test.each<[name: string, edits: Edit | readonly Edit[]]>([
    ['policy DROP to ACCEPT', { before: DROP, after: '' }],
    ['an ACCEPT of everything first', { before: `${DROP}\n${web}`, after: `${DROP}\n-A INPUT -j ACCEPT\n${web}` }],
    ['the rule that drops goes', { before: '-A INPUT -j DROP', after: '' }],
    [
      'halves of the address space',
      { before: DROP, after: `${DROP}\n-A INPUT -s 0.0.0.0/1 -j ACCEPT\n-A INPUT -s 128.0.0.0/1 -j ACCEPT` },
    ],
    ['all but one host', { before: DROP, after: `${DROP}\n-A INPUT ! -s 192.0.2.1/32 -j ACCEPT` }],
    [
      'two networks that together are more than a /8',
      { before: DROP, after: `${DROP}\n-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -s 11.0.0.0/24 -j ACCEPT` },
    ],
    [
      'ports in slices of two rules',
      {
        before: DROP,
        after: `${DROP}\n-A INPUT -p tcp -m tcp --dport 1:1000 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 2000:2100 -j ACCEPT`,
      },
    ],
    ['a protocol without ports', { before: DROP, after: `${DROP}\n-A INPUT -p esp -j ACCEPT` }],
    ['packets through the host', { before: DROP, after: `${DROP}\n-A FORWARD -i eth0 -j ACCEPT` }],
    ['IPv6', { family: 'ipv6', before: DROP, after: '' }],
    [
      'a mark that the filter lets through',
      [
        { table: 'mangle', before: '', after: '-A PREROUTING -j MARK --set-xmark 0x1/0xffffffff' },
        {
          before: `${DROP}\n-A INPUT -m mark --mark 0x1 -j ACCEPT`,
          after: `${DROP}\n-A INPUT -m mark --mark 0x1 -j ACCEPT\n${web}`,
        },
      ],
    ],
  ])('closes for %s', (_, edits) => {
    const [finding, ...more] = check([edits].flat());
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      id: 'FWG07',
      flag: '--allow-exposure',
      title: 'much more gets through than before',
    });
    expect(finding?.evidence.length).toBeGreaterThan(0);
  });

  test.each<[name: string, edit: Edit]>([
    ['one port for everybody', { before: DROP, after: `${DROP}\n${web}` }],
    [
      '1,024 ports for everybody',
      { before: DROP, after: `${DROP}\n-A INPUT -p tcp -m tcp --dport 1025:2048 -j ACCEPT` },
    ],
    ['everything for a /9', { before: DROP, after: `${DROP}\n-A INPUT -s 10.0.0.0/9 -j ACCEPT` }],
    ['everything on loopback', { before: DROP, after: `${DROP}\n-A INPUT -i lo -j ACCEPT` }],
    ['the first rules of a namespace that was open', { after: `${DROP}\n${web}` }],
    ['an ACCEPT where nothing was dropped', { before: web, after: `${web}\n-A INPUT -j ACCEPT` }],
    ['what is closed', { before: '', after: DROP }],
  ])('stays open for %s', (_, edit) => {
    expect(check([edit])).toEqual([]);
  });

  test('tells the path, the protocol, how many addresses and ports, and compared with what', () => {
    const [finding] = check([{ before: ':INPUT DROP', after: ':INPUT DROP\n-A INPUT -p tcp -j ACCEPT' }]);
    expect(finding?.evidence).toEqual([
      'ipv4 INPUT, tcp: from 100 % of all addresses to 65536 ports, compared with what is live',
    ]);
    const [bare] = check([{ before: ':INPUT DROP', after: ':INPUT DROP\n-A INPUT -p 7 -j ACCEPT' }]);
    expect(bare?.evidence[0]).toContain('ipv4 INPUT, protocol 7: from 100 % of all addresses,');
    const [both] = check([{ before: ':INPUT DROP', after: ':INPUT DROP\n-A INPUT -s 10.0.0.0/6 -p esp -j ACCEPT' }]);
    expect(both?.evidence).toEqual(['ipv4 INPUT, esp: from 1 % of all addresses, compared with what is live']);
  });

  test('says once what both comparisons and both families say', () => {
    const shares = [{ path: 'INPUT', protocol: 6, sources: 1, ports: 65_536 }] as const;
    const opened = (['what is live', 'generation 3'] as const).flatMap((since) =>
      (['ipv4', 'ipv6'] as const).map((family) => ({
        namespace: { kind: 'host' } as const,
        family,
        since,
        result: { shares: since === 'what is live' || family === 'ipv4' ? shares : [] },
      })),
    );
    const [finding, ...more] = checkGuards(guardedPlan([]), { emptyDesired: [], opened });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      families: ['ipv4', 'ipv6'],
      evidence: [
        'ipv4 INPUT, tcp: from 100 % of all addresses to 65536 ports, compared with what is live and generation 3',
        'ipv6 INPUT, tcp: from 100 % of all addresses to 65536 ports, compared with what is live',
      ],
    });
    const alike = opened.filter(({ since }) => since === 'what is live');
    expect(checkGuards(guardedPlan([]), { emptyDesired: [], opened: alike })[0]?.evidence).toEqual([
      'ipv4 and ipv6 INPUT, tcp: from 100 % of all addresses to 65536 ports, compared with what is live',
    ]);
  });

  test('is closed where the comparison fails, does not end, or knows too little', () => {
    const edit = { before: DROP, after: `${DROP}\n${web}` };
    expect(check([edit], { nodes: 1 })[0]).toMatchObject({ title: 'what it opens cannot be judged' });
    expect(check([edit], { live: [] })[0]?.evidence).toEqual([
      'ipv4: the other tables of the namespace are not known here',
    ]);
    const failing = openedByPlan(guardedPlan([edit]), {
      live: liveOf([edit]),
      nodes: 1,
      measure: () => {
        throw new Error('out of luck');
      },
    });
    expect(failing).toMatchObject([{ result: { unknown: 'the comparison failed: out of luck' } }]);
  });

  test('leaves out what stays and can only drop: the other backend, and a filter table that cannot be seen', () => {
    const edit = { family: 'ipv4', table: 'mangle', before: '', after: '-A PREROUTING -j ACCEPT' } as const;
    const [live] = liveOf([edit]);
    if (live === undefined) throw new Error('no live');
    const hidden = (table: 'filter' | 'nat') => [{ ...live, hidden: [{ family: 'ipv4', table } as const] }];
    expect(check([edit], { live: [{ ...live, other: { backend: 'legacy' } }] })).toEqual([]);
    expect(check([edit], { live: hidden('filter') })).toEqual([]);
    expect(check([edit], { live: hidden('nat') })).toHaveLength(1);
  });
});

function check(
  edits: readonly Edit[],
  { nodes = 200_000, live = liveOf(edits) }: { readonly nodes?: number; readonly live?: readonly LiveNamespace[] } = {},
) {
  const plan = guardedPlan(edits);
  const opened = openedByPlan(plan, { live, nodes });
  return checkGuards(plan, { emptyDesired: [], opened, standing: [] }).filter(({ id }) => id === 'FWG07');
}
