import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Backend, Family } from '../../src/core/rules/types.ts';
import { folderOfStates, YES } from '../support/folder-of-states.ts';
import { inNamespace, load, saved } from '../support/netns.ts';
import { writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];
const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

const SHARED = 'tables: {filter: {INPUT: [-p tcp --dport 80 -j ACCEPT]}}\n';
const EXCLUSIVE =
  'ownership: exclusive\nkeep: [KEPT]\ntables: {filter: {INPUT: {policy: DROP, rules: [-p tcp --dport 81 -j ACCEPT, -j own]}, own: [-p udp --dport 81 -j ACCEPT]}}\n';

const sorted = (text: string) =>
  text
    .split(/^(?=\*)/m)
    .flatMap((table) => [...table.split('\n')].sort())
    .join('\n');

/** What another program does in both families. */
function folderOf(backend: Backend) {
  const folder = folderOfStates(backend);
  const add = (text: string) => {
    for (const family of FAMILIES) load(folder.ns, backend, family, text, ['--noflush']);
  };
  const both = () => FAMILIES.map((family) => sorted(folder.live(family)));
  const setPolicy = (chain: string, policy: string) => {
    for (const program of ['iptables', 'ip6tables'])
      expect(inNamespace(folder.ns, `${program}-${backend}`, ['-P', chain, policy]).status).toBe(0);
  };
  const text = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) =>
    (stdout + stderr).replace(/\s+/g, ' ');
  return { ...folder, add, both, setPolicy, text };
}

describe.each(BACKENDS)('a return on %s', (backend) => {
  test('from a table of its own to a shared one takes out what that brought and brings back what it removed', () => {
    const { fw, apply, add, both, live, setPolicy, text, isSettled, write } = folderOf(backend);
    add('*filter\n:old - [0:0]\n-A INPUT -p udp --dport 53 -j old\n-A old -j ACCEPT\nCOMMIT\n');
    apply('one', SHARED);
    add('*filter\n-A INPUT -p udp --dport 54 -j ACCEPT\n-A FORWARD -p udp --dport 55 -j DROP\nCOMMIT\n');
    setPolicy('FORWARD', 'DROP');
    const before = both();
    apply('one', EXCLUSIVE);
    expect(live()).not.toMatch(/old|--dport 5[345]|fw-INPUT|FORWARD DROP/);
    add(
      '*filter\n:KEPT - [0:0]\n-A OUTPUT -p udp --dport 56 -j ACCEPT\n-A OUTPUT -j KEPT\n-A KEPT -j RETURN\nCOMMIT\n',
    );
    const planned = fw('rollback');
    expect(planned.status).toBe(6);
    expect(planned.stdout).toMatch(/- .*--dport 81/);
    expect(planned.stdout).toMatch(/\+ .*--dport 54/);
    expect(text(planned)).toContain('rules that it brought go and what it replaced comes back, by generation 0');
    expect(fw('rollback', ...YES)).toMatchObject({ status: 0 });
    expect(live()).toMatch(/-A OUTPUT -p udp -m udp --dport 56 -j ACCEPT\n-A OUTPUT -j KEPT\n/);
    add('*filter\n-D OUTPUT -p udp --dport 56 -j ACCEPT\n-D OUTPUT -j KEPT\n-F KEPT\n-X KEPT\nCOMMIT\n');
    expect(both()).toEqual(before);
    expect(fw('drift').status).toBe(0);
    write('one', SHARED);
    isSettled('one');
    // The table is shared again: what others do in it now is theirs, and comes back the next time too.
    add('*filter\n-A INPUT -p udp --dport 57 -j ACCEPT\n-D INPUT -p udp --dport 54 -j ACCEPT\nCOMMIT\n');
    setPolicy('FORWARD', 'ACCEPT');
    const later = both();
    apply('one', EXCLUSIVE);
    expect(fw('rollback', ...YES)).toMatchObject({ status: 0 });
    expect(both()).toEqual(later);
  });

  test('to a table that was shared after it was its own says which rules stay, and why', () => {
    const { fw, apply, live, text } = folderOf(backend);
    apply('one', EXCLUSIVE.replaceAll('81', '79'));
    apply('one', SHARED);
    apply('one', EXCLUSIVE);
    const ran = fw('rollback', ...YES);
    expect(ran.status).toBe(0);
    expect(text(ran)).toMatch(
      /3 rules that it brought there stay, because a state may have had the table for itself before/,
    );
    expect(text(ran)).toContain('-A INPUT -p tcp -m tcp --dport 81 -j ACCEPT');
    expect(text(ran)).toContain('-A own -p udp -m udp --dport 81 -j ACCEPT');
    expect(live()).toContain('--dport 81');
    expect(live()).toContain('-A fw-INPUT -p tcp -m tcp --dport 80 -j ACCEPT');
  });

  test('over a time of its own that an apply ended takes out what that left, or names it', () => {
    const { fw, apply, add, both, live, text } = folderOf(backend);
    add('*filter\n-A INPUT -p udp --dport 53 -j ACCEPT\nCOMMIT\n');
    apply('one', SHARED);
    const before = both();
    apply('one', EXCLUSIVE);
    apply('one', SHARED.replace('80', '82'));
    expect(live()).toMatch(/INPUT DROP[\s\S]*-A INPUT -p tcp -m tcp --dport 81/);
    const planned = fw('rollback', '1');
    expect(text(planned)).toContain('rules that it brought go and what it replaced comes back, by generation 0');
    expect(fw('rollback', '1', ...YES)).toMatchObject({ status: 0 });
    expect(both()).toEqual(before);
    apply('one', EXCLUSIVE);
    apply('one', SHARED.replace('80', '83'));
    const forgotten = fw('state', 'forget', 'one', ...YES);
    expect(forgotten).toMatchObject({ status: 0 });
    expect(live()).not.toMatch(/--dport 8[0-9]|INPUT DROP/);
    expect(live()).toContain('-A INPUT -p udp -m udp --dport 53 -j ACCEPT');
  });

  test('to the other backend says that what is declared now stays, and how it goes', () => {
    const { ns, fw, apply, of, pathOf, live, text } = folderOf(backend);
    apply('one', SHARED);
    const other: Backend = backend === 'nft' ? 'legacy' : 'nft';
    writeFiles(pathOf('one'), { 'a.yaml': `namespace: ${ns}\nbackend: ${other}\n${EXCLUSIVE}` });
    expect(fw('apply', ...of('one'), ...YES)).toMatchObject({ status: 0 });
    const ran = fw('rollback', '1', ...YES);
    expect(ran.status).toBe(0);
    expect(text(ran)).toContain(
      `is in the ${other} backend and stays there: generation 1 had its rules in ${backend}, and the plan writes those only`,
    );
    expect(text(ran)).toContain('fw rollback 0 takes ours out of both backends');
    expect(saved(ns, other, 'ipv4')).toContain('--dport 81');
    expect(live()).toContain('--dport 80');
    for (const words of [['0'], ['1']]) expect(fw('rollback', ...words, ...YES)).toMatchObject({ status: 0 });
    expect(saved(ns, other, 'ipv4')).not.toContain('--dport');
    expect(live()).toContain('-A fw-INPUT -p tcp -m tcp --dport 80 -j ACCEPT');
  });

  test('without generation 0 says which rules stay, and why', () => {
    const { fw, data, apply, text } = folderOf(backend);
    apply('one', SHARED);
    apply('one', EXCLUSIVE);
    rmSync(join(data, 'generations', 'before.json'));
    const ran = fw('rollback', ...YES);
    expect(ran.status).toBe(0);
    expect(text(ran)).toMatch(/3 rules that it brought there stay, because generation 0 does not know/);
    expect(text(ran)).toMatch(/policy of INPUT in ipv4 filter of \S+ stays DROP: generation 0 does not know/);
  });

  test('is stopped by a guard where it takes away most rules of a chain', () => {
    const { fw, apply, both } = folderOf(backend);
    apply('one', SHARED);
    const many = [1, 2, 3, 4, 5].map((port) => `-p tcp --dport ${port} -j ACCEPT`).join(', ');
    apply('one', `ownership: exclusive\ntables: {filter: {INPUT: [${many}]}}\n`);
    const before = both();
    expect(fw('rollback', '--auto-approve')).toMatchObject({ status: 5 });
    expect(both()).toEqual(before);
  });

  test('puts a policy back that is not declared there: to what it was before fw, or an older generation made of it', () => {
    const { fw, apply, live, setPolicy } = folderOf(backend);
    const input = (policy: string, port = 80) =>
      `tables: {filter: {INPUT: {${policy === '' ? '' : `policy: ${policy}, `}rules: [-p tcp --dport ${port} -j ACCEPT]}}}\n`;
    apply('one', input(''));
    apply('one', input('DROP', 81));
    const returned = fw('rollback', ...YES);
    expect(returned.status).toBe(0);
    expect(returned.stdout).toMatch(/policy.*DROP.*ACCEPT/);
    expect(live()).toContain(':INPUT ACCEPT');
    expect(live('ipv6')).toContain(':INPUT ACCEPT');
    // What another program set before fw did.
    setPolicy('FORWARD', 'DROP');
    apply('one', 'tables: {filter: {FORWARD: {policy: ACCEPT}, INPUT: [-p tcp --dport 80 -j ACCEPT]}}\n');
    expect(live()).toContain(':FORWARD ACCEPT');
    expect(fw('rollback', ...YES)).toMatchObject({ status: 0 });
    expect(live()).toContain(':FORWARD DROP');
    // An older generation set it, and it stayed when the next one did not declare it.
    apply('one', input('DROP', 82));
    apply('one', input('', 83));
    apply('one', input('ACCEPT', 84));
    expect(live()).toContain(':INPUT ACCEPT');
    expect(fw('rollback', ...YES)).toMatchObject({ status: 0 });
    expect(live()).toContain(':INPUT DROP');
    expect(live()).toContain('--dport 83');
  });
});
