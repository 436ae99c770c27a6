import { expect, test } from 'vitest';
import { printBlame } from '../../../../src/ui/answers/print-blame.ts';

type Chains = Parameters<typeof printBlame>[0];

const CHAINS: Chains = [
  {
    place: { namespace: 'edge', family: 'ipv4', table: 'filter', chain: 'INPUT' },
    rows: [
      {
        namespace: 'edge',
        backend: 'nft',
        family: 'ipv4',
        table: 'filter',
        chain: 'INPUT',
        position: 1,
        text: '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
        counters: ['3', '252'],
        owner: { kind: 'program', program: 'fail2ban' },
        isSure: true,
      },
    ],
  },
];

test('a blamed rule is a line where that fits', () => {
  expect(printBlame(CHAINS, 'INPUT', Number.POSITIVE_INFINITY).slice(1)).toEqual([
    '#  generation  since  by                                  from  packets  bytes  rule',
    '1  -                  fail2ban, by the name of the chain        3        252    -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ]);
});

test('elsewhere who brought it and the rule stand below, the rule whole', () => {
  expect(printBlame(CHAINS, 'INPUT', 60).slice(1)).toEqual([
    '#  generation  since  packets  bytes',
    '    by  from  rule',
    '1  -                  3        252',
    '    fail2ban, by the name of the chain',
    '    -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  ]);
});
