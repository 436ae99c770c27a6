import { describe, expect, test } from 'vitest';
import { loadDesired } from '../../../../src/app/state/load-desired.ts';

/** Codes of all that is told of these files. */
async function codes(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const read = async () => Object.entries(files).map(([path, text]) => ({ path, text }));
  const readList = async () => undefined;
  const options = { path: 'state', allowEmpty: false, existing: undefined };
  const { diagnostics } = await loadDesired({ stateFiles: { read, readList } }, options);
  return diagnostics.map(({ code }) => code);
}

function filter(
  chains: Readonly<Record<string, readonly string[]>>,
  head: object = {},
): Readonly<Record<string, string>> {
  return { 'state/a.yaml': JSON.stringify({ ...head, tables: { filter: chains } }) };
}

describe('rules that do what they say are not told of', () => {
  test.each([
    [
      '-i where packets come in and where they pass',
      { INPUT: ['-i eth0 -j in'], FORWARD: ['-j in'], in: ['-i lo -j DROP'] },
    ],
    ['-o in a chain that OUTPUT leads to as well', { INPUT: ['-j all'], OUTPUT: ['-j all'], all: ['-o lo -j ACCEPT'] }],
    ['-i as the text of a comment', { OUTPUT: ['-m comment --comment "-i eth0 " -p tcp -j ACCEPT'] }],
    ['a chain that a goto leads to', { INPUT: ['-p tcp -g web'], web: ['--jump log'], log: ['-j LOG'] }],
    ['a chain without rules', { INPUT: ['-j DROP'], web: [] }],
    [
      'both answers, one for each family',
      {
        INPUT: ['-j REJECT --reject-with icmp-host-prohibited', '-j REJECT --reject-with icmp6-adm-prohibited'],
      },
    ],
    ['every address of both families', { INPUT: ['-s 0.0.0.0/0 -p tcp -j DROP', '-s ::/0 -p tcp -j DROP'] }],
    ['an address beside every address', { INPUT: ['-s 0.0.0.0/0 -d 10.0.0.1 -j DROP'] }],
    ['a rule that remembers, twice', { INPUT: ['-m limit --limit 1/s -j ACCEPT', '-m limit --limit 1/s -j ACCEPT'] }],
    ['a log rule twice', { INPUT: ['-p tcp -j LOG', '-p tcp -j LOG'] }],
    [
      'rules behind a rule that takes some packets',
      { INPUT: ['-p tcp -j DROP', '-m comment --comment "-j DROP" -p udp -j DROP', '-p udp -j ACCEPT'] },
    ],
  ])('%s', async (_, chains) => {
    expect(await codes(filter(chains))).toEqual([]);
  });

  test('a chain that a kept chain of another program may lead to', async () => {
    const head = { ownership: 'exclusive', keep: ['DOCKER*'] };
    expect(await codes(filter({ INPUT: ['-p tcp -j DROP'], web: ['-i eth0 -j DROP'] }, head))).toEqual([]);
  });

  test('a rule for which the family is given', async () => {
    const rule = { rule: '-j REJECT --reject-with icmp-host-prohibited', family: 'ipv4' };
    expect(await codes({ 'state/a.yaml': JSON.stringify({ tables: { filter: { INPUT: [rule] } } }) })).toEqual([]);
    expect(await codes(filter({ INPUT: ['-s 0.0.0.0/0 -j DROP'] }, { family: 'ipv4' }))).toEqual([]);
  });
});

describe('rules that do not', () => {
  test('in a file of rules too', async () => {
    const text = '*filter\n:INPUT ACCEPT [0:0]\n:web - [0:0]\n-A INPUT -i eth0:1 -j DROP\n-A web -j DROP\nCOMMIT\n';
    expect(await codes({ 'state/edge/ipv4.rules': text })).toEqual(['state.unused-chain', 'state.never-matches']);
  });

  test('in a table other than filter, with the options at full length', async () => {
    const nat = { PREROUTING: ['--out-interface eth0 -j ACCEPT'], POSTROUTING: ['--in-interface eth0 -j MASQUERADE'] };
    const found = await codes({ 'state/a.yaml': JSON.stringify({ tables: { nat } }) });
    expect(found).toEqual(['state.interface', 'state.interface']);
  });
});
