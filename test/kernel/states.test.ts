import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { folderOfStates, YES } from '../support/folder-of-states.ts';
import { inNamespace, load, saved } from '../support/netns.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

const rules = (owner: string, chain: string, port: number, more = '') =>
  `owner: ${owner}\n${more}tables: {filter: {INPUT: [-j ${chain}], ${chain}: [-p tcp --dport ${port} -j ACCEPT]}}\n`;

describe.each(BACKENDS)('states of one data folder on %s', (backend) => {
  test('a state that is forgotten goes with its chains and sets, and nothing of another one', () => {
    const { ns, fw, apply, live, isSettled, listed, of } = folderOfStates(backend);
    const sets = (name: string) => `sets: {${name}: {type: hash:ip, entries: [192.0.2.1]}}\n`;
    const use = (owner: string, set: string, port: number) =>
      `owner: ${owner}\n${sets(set)}tables: {filter: {INPUT: [-m set --match-set ${set} src -p tcp --dport ${port} -j ACCEPT]}}\n`;
    apply('one', use('aa', 'first', 81));
    apply('two', use('bb', 'second', 82));
    expect(listed()).toMatchObject([
      { name: 'one', named: true, generation: 1, namespaces: [ns] },
      { name: 'two', named: true, generation: 2, namespaces: [ns] },
    ]);
    expect(fw('state', 'list').stdout).toMatch(/^two +2 .*two$/m);
    // Somebody takes a rule of the other one away: that is drift before and after.
    for (const family of ['ipv4', 'ipv6'] as const)
      load(ns, backend, family, '*filter\n-F bb-INPUT\nCOMMIT\n', ['--noflush']);
    const before = live();
    const refused = fw('state', 'forget', 'one');
    expect(refused.status).toBe(5);
    expect(refused.stderr).toContain('FWG01');
    expect(refused.stdout).toContain('Left as it is: two.');
    expect(live()).toBe(before);
    expect(fw('state', 'forget', 'one', '--allow-empty', '--allow-mass-removal').status).toBe(6);
    expect(live()).toBe(before);
    expect(fw('state', 'forget', 'one', ...YES)).toMatchObject({ status: 0, stderr: '' });
    expect(live()).not.toContain('aa-');
    expect(live()).toContain(':bb-INPUT');
    expect(inNamespace(ns, 'ipset', ['list', '-n']).stdout).toMatch(/^bb-second/m);
    expect(inNamespace(ns, 'ipset', ['list', '-n']).stdout).not.toContain('first');
    expect(listed()).toMatchObject([{ name: 'two', generation: 2 }]);
    const drift = fw('drift');
    expect(drift.status).toBe(2);
    expect(drift.stdout).toContain('--dport 82');
    expect(drift.stdout).not.toContain('--dport 81');
    expect(fw('apply', ...of('two'), ...YES).status).toBe(0);
    isSettled('two');
    // Taken back, it is there again as it was.
    expect(fw('rollback', '--state-name', 'one', ...YES).status).toBe(0);
    expect(live()).toContain('--dport 81');
    isSettled('one');
    isSettled('two');
  });

  test('whole tables of a state that is forgotten become what they were before fw', () => {
    const { ns, fw, apply, live, listed } = folderOfStates(backend);
    const theirs = '*nat\n:old - [0:0]\n-A OUTPUT -p udp -j old\n-A old -p udp --dport 53 -j ACCEPT\nCOMMIT\n';
    load(ns, backend, 'ipv4', theirs);
    const before = live();
    apply('two', rules('bb', 'web', 82));
    apply('one', 'ownership: exclusive\ntables: {nat: {OUTPUT: [-p tcp --dport 81 -j ACCEPT]}}\n');
    expect(live()).not.toContain('old');
    load(ns, backend, 'ipv4', '*nat\n-A OUTPUT -p sctp -j ACCEPT\nCOMMIT\n', ['--noflush']);
    const gone = fw('state', 'forget', 'one', ...YES);
    expect(gone).toMatchObject({ status: 0, stderr: '' });
    expect(gone.stdout).toContain('before');
    const natOf = (text: string) =>
      /\*nat\n[\s\S]*?COMMIT/
        .exec(text)?.[0]
        .split('\n')
        .filter((line) => !line.startsWith('#'));
    expect(natOf(live())).toEqual(natOf(before.replace('-A OUTPUT', '-A OUTPUT -p sctp -j ACCEPT\n-A OUTPUT')));
    expect(live()).toContain('-A bb-web');
    expect(listed()).toMatchObject([{ name: 'two' }]);
    // What others do there now is what a next state finds.
    load(ns, backend, 'ipv4', '*nat\n-A old -p udp --dport 54 -j ACCEPT\nCOMMIT\n', ['--noflush']);
    const after = live();
    apply('one', 'ownership: exclusive\ntables: {nat: {OUTPUT: [-p tcp --dport 81 -j ACCEPT]}}\n');
    expect(fw('state', 'forget', 'one', ...YES).status).toBe(0);
    expect(natOf(live())).toEqual(natOf(after));
  });

  test('a policy of a state that is forgotten becomes what it was, unless somebody set it since', () => {
    const { ns, fw, apply, live } = folderOfStates(backend);
    const body =
      'owner: aa\ntables: {filter: {INPUT: {policy: DROP, rules: [-p tcp --dport 22 -j ACCEPT]}, FORWARD: {policy: DROP}}}\n';
    apply('two', rules('bb', 'web', 82));
    apply('one', body);
    expect(live()).toContain(':INPUT DROP');
    inNamespace(ns, backend === 'nft' ? 'iptables-nft' : 'iptables-legacy', ['-P', 'FORWARD', 'ACCEPT']);
    expect(fw('state', 'forget', 'one', ...YES)).toMatchObject({ status: 0 });
    expect(live()).toContain(':INPUT ACCEPT');
    expect(live('ipv6')).toContain(':FORWARD ACCEPT');
    expect(live()).not.toContain('aa-');
    expect(live()).toContain('-A bb-web');
  });

  test('a chain that leaves one of two states of one owner goes, and the other one is as it was', () => {
    const { ns, fw, apply, live, isSettled } = folderOfStates(backend);
    const of = (chains: readonly string[], port: number, more = '') =>
      `tables: {filter: {${more}${chains.map((chain) => `${chain}: [-p tcp --dport ${port} -j ACCEPT]`).join(', ')}}}\n`;
    apply('one', of(['web', 'dns'], 81, 'INPUT: [-j web, -j dns], '));
    apply('two', of(['mail'], 82, 'FORWARD: [-j mail], '));
    apply('one', of(['web'], 81, 'INPUT: [-j web], '));
    expect(live()).not.toContain('fw-dns');
    expect(live()).toContain('-A fw-mail -p tcp -m tcp --dport 82 -j ACCEPT');
    isSettled('one');
    isSettled('two');
    expect(fw('drift').status).toBe(0);
    load(ns, backend, 'ipv4', '*filter\n-F fw-web\n-F fw-mail\nCOMMIT\n', ['--noflush']);
    const drift = fw('drift');
    expect(drift.status).toBe(2);
    expect(drift.stdout).toMatch(/--dport 81[\s\S]*--dport 82|--dport 82[\s\S]*--dport 81/);
    expect(fw('drift', '--state-name', 'one').stdout).not.toContain('--dport 82');
    expect(fw('state', 'forget', 'one', ...YES).status).toBe(0);
    expect(live()).not.toContain('fw-web');
    expect(live()).toContain(':fw-mail');
  });
});

test.each([
  ['chain', 'tables: {filter: {INPUT: [-j web], web: [-p tcp --dport 83 -j DROP]}}\n', 'Chain fw-web in table filter'],
  ['policy', 'tables: {filter: {INPUT: {policy: DROP}}}\n', 'The policy of INPUT in table filter'],
  [
    'set',
    'sets: {peers: {type: hash:ip}}\ntables: {filter: {OUTPUT: [-p tcp --dport 83 -j DROP]}}\n',
    'Set fw-peers of',
  ],
  [
    'exclusive table',
    'ownership: exclusive\ntables: {filter: {OUTPUT: [-p tcp --dport 83 -j DROP]}}\n',
    'The table filter of',
  ],
])('two states that want one %s are refused, with both and where', (_, body, what) => {
  const { ns, fw, apply, write, of, pathOf } = folderOfStates('nft');
  const own =
    'sets: {peers: {type: hash:ip}}\ntables: {filter: {INPUT: {policy: ACCEPT, rules: [-j web]}, web: [-m set --match-set peers src -p tcp --dport 81 -j ACCEPT]}}\n';
  apply('one', own);
  write('two', body);
  const before = saved(ns, 'nft', 'ipv4');
  const { status, stderr } = fw('apply', ...of('two'), ...YES);
  expect(status).toBe(1);
  const words = stderr.replaceAll(/\s+/g, ' ');
  expect(words).toContain('the state two claims what another state of this data folder has');
  expect(words).toContain(what);
  expect(words).toContain(`belongs to the state one (${pathOf('one')})`);
  expect(words).toContain(`${pathOf('two')}/a.yaml:`);
  if (!what.startsWith('Set')) expect(words).toContain(`${pathOf('one')}/a.yaml:`);
  expect(saved(ns, 'nft', 'ipv4')).toBe(before);
});

test('with --keep-rules only the record goes, and nothing declares the rules any more', () => {
  const { fw, apply, live, listed, isSettled } = folderOfStates('nft');
  apply('one', rules('aa', 'web', 81));
  apply('two', rules('bb', 'web', 82));
  const before = live();
  expect(fw('state', 'forget', 'one', '--keep-rules').status).toBe(6);
  expect(fw('state', 'forget', 'one', '--keep-rules', '--confirm', '5m', '--auto-approve').status).toBe(64);
  expect(listed().map(({ name }) => name)).toEqual(['one', 'two']);
  const { status, stdout } = fw('state', 'forget', 'one', '--keep-rules', '--auto-approve');
  expect(status).toBe(0);
  expect(stdout).toContain('stays live, and nothing declares it');
  expect(live()).toBe(before);
  expect(listed().map(({ name }) => name)).toEqual(['two']);
  isSettled('two');
  expect(fw('drift').status).toBe(0);
  expect(fw('rollback', ...YES).status).toBe(0);
  expect(listed().map(({ name }) => name)).toEqual(['two', 'one']);
  expect(live()).toBe(before);
});

test('a copy of a state without a name is told the one command that makes it the same state', () => {
  const { fw, pathOf, write, listed } = folderOfStates('nft');
  write('old', rules('aa', 'web', 81));
  expect(fw('apply', '--state', pathOf('old'), ...YES).status).toBe(0);
  write('new', rules('aa', 'web', 81));
  const moved = fw('plan', '--state', pathOf('new'));
  expect(moved.status).toBe(1);
  const command = `fw state rename ${pathOf('old')} NAME`;
  expect(moved.stderr.replaceAll(/\s+/g, ' ')).toContain(`${command}, then run this again with --state-name NAME`);
  expect(fw('state', 'rename', pathOf('old'), 'a/b').status).toBe(64);
  expect(fw(...command.replace('fw ', '').replace('NAME', 'edge').split(' '))).toMatchObject({ status: 0, stderr: '' });
  expect(listed()).toMatchObject([{ name: 'edge', path: pathOf('old'), formerly: [pathOf('old')], generation: 1 }]);
  const now = fw('plan', '--state', pathOf('new'), '--state-name', 'edge', '--detailed-exitcode');
  expect(now.status).toBe(0);
  expect(fw('rollback', '--to', 'last', ...YES).stdout).toContain('No changes.');
});

test('a name that another state has or had is refused, and so is a state that is not known', () => {
  const { fw, apply, listed } = folderOfStates('nft');
  apply('one', rules('aa', 'web', 81));
  apply('two', rules('bb', 'web', 82));
  const codeOf = (...args: readonly string[]) => /\[([a-z.-]+)\]/.exec(fw('state', ...args).stderr)?.[1];
  expect(codeOf('rename', 'one', 'two')).toBe('state.name-taken');
  expect(codeOf('rename', 'one', 'one')).toBe('state.name-taken');
  expect(codeOf('rename', 'none', 'three')).toBe('state.unknown');
  expect(codeOf('forget', 'none', ...YES)).toBe('state.unknown');
  expect(codeOf('forget', 'none', '--keep-rules', '--auto-approve')).toBe('state.unknown');
  expect(fw('state', 'rename', 'one', 'three').status).toBe(0);
  for (const words of [
    ['state', 'rename', 'one', 'four'],
    ['state', 'forget', 'one', ...YES],
    ['drift', '--state-name', 'one'],
    ['rollback', '--state-name', 'one', ...YES],
  ])
    expect(fw(...words).stderr, words.join(' ')).toContain('It is called three now.');
  expect(fw('drift', '--since', '1', '--state-name', 'three')).toMatchObject({ status: 0 });
  expect(codeOf('rename', 'two', 'one')).toBe('state.name-taken');
  expect(fw('state', 'forget', 'two', ...YES).status).toBe(0);
  expect(codeOf('rename', 'three', 'two')).toBe('state.name-taken');
  expect(fw('state', 'rename', 'three', 'one').status).toBe(0);
  expect(listed()).toMatchObject([{ name: 'one', generation: 1 }]);
});

test('while an apply waits to be confirmed nothing is forgotten or renamed', () => {
  const { fw, apply, write, of, listed } = folderOfStates('nft');
  apply('one', rules('aa', 'web', 81));
  write('two', rules('bb', 'web', 82));
  expect(fw('apply', ...of('two'), ...YES, '--confirm', '5m').status).toBe(0);
  for (const args of [
    ['forget', 'one', ...YES],
    ['forget', 'one', '--keep-rules', '--auto-approve'],
    ['rename', 'one', 'three'],
  ])
    expect(fw('state', ...args)).toMatchObject({ status: 7, stderr: expect.stringContaining('apply.pending') });
  expect(fw('state', 'list').stderr).toContain('waits to be confirmed');
  expect(fw('confirm', '--reject').status).toBe(0);
  expect(listed()).toMatchObject([{ name: 'one' }]);
});
