import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

test('drift --foreign shows what others changed beside ours, and says of which tables it knows nothing', () => {
  const [ns, data, state] = [makeNamespace(), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data, '--no-color']);
  const write = (rule: string) =>
    writeFiles(state, { 'a.yaml': `namespace: ${ns}\ntables: {filter: {INPUT: [${rule}]}}\n` });
  const iptables = (...args: readonly string[]) => {
    const ran = inNamespace(ns, 'iptables', args);
    expect(ran.stderr).toBe('');
  };
  iptables('-N', 'f2b-sshd');
  iptables('-A', 'f2b-sshd', '-s', '203.0.113.1', '-j', 'DROP');
  iptables('-A', 'FORWARD', '-i', 'eth9', '-j', 'ACCEPT');
  write('-i lo -j ACCEPT');
  expect(fw('apply', '--state', state, '--auto-approve').status).toBe(0);
  const quiet = fw('drift', '--foreign');
  expect(quiet.status).toBe(0);
  expect(quiet.stdout).toMatch(/^Others changed nothing\./m);
  iptables('-A', 'f2b-sshd', '-s', '203.0.113.2', '-j', 'DROP');
  iptables('-I', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'DROP');
  iptables('-D', 'FORWARD', '-i', 'eth9', '-j', 'ACCEPT');
  iptables('-P', 'FORWARD', 'DROP');
  iptables('-t', 'nat', '-A', 'POSTROUTING', '-j', 'MASQUERADE');
  const alone = fw('drift');
  expect(alone.stdout).not.toContain('203.0.113.2');
  const told = fw('drift', '--foreign');
  expect(told.status).toBe(2);
  for (const line of [
    /\+ -s 203\.0\.113\.2\/32 -j DROP/,
    /\+ -p tcp -m tcp --dport 22 -j DROP/,
    /- -i eth9 -j ACCEPT/,
    /~ policy ACCEPT -> DROP/,
    /^By others: 2 came, 1 went, 1 policy, in 1 namespace\.$/m,
    new RegExp(`^Since generation 1 was planned, 20.*: ${ns} ipv4 filter`, 'm'),
    new RegExp(`^Not known, .*: ${ns} ipv4 nat`, 'm'),
  ]) {
    expect(told.stdout).toMatch(line);
  }
  expect(told.stdout.split('Changed by others')[1]).not.toContain('fw-INPUT');
  const json = fw('drift', '--foreign', '--json');
  const document = JSON.parse(json.stdout) as { readonly foreign: { readonly unknown: unknown } };
  expect(faultsOf('drift', document)).toEqual([]);
  expect(document.foreign.unknown).toEqual([{ namespace: ns, family: 'ipv4', table: 'nat' }]);
  // The next apply of that table has seen it all, and one that went back has not.
  write('-i lo -j ACCEPT, -p icmp -j ACCEPT');
  expect(fw('apply', '--state', state, '--auto-approve').status).toBe(0);
  const seen = fw('drift', '--foreign');
  expect(seen.stdout).toMatch(/^Others changed nothing\./m);
  expect(fw('drift', '--foreign', '--since', '1').status).toBe(64);
});
