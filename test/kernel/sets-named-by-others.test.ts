import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { untilBack } from '../support/disk-machine.ts';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { waitUnlocked } from '../support/programs.ts';
import { runBuilt } from '../support/run-built.ts';
import { savedSets } from '../support/sets.ts';
import { stateFolder } from '../support/state-folder.ts';

test.each(['nft', 'legacy'] as const)(
  'a set that an apply made and that a rule of others names since: the rules are back, the rule is named, and the set goes when it is gone (%s)',
  async (backend) => {
    const ns = makeNamespace();
    const text = (host: string) =>
      `namespace: ${ns}\nbackend: ${backend}\nsets: {bad: {type: hash:ip, family: ipv4, entries: [${host}]}}\n` +
      'tables: {filter: {INPUT: [-m set --match-set bad src -j DROP]}}\n';
    const state = stateFolder({ 'a.yaml': text('10.0.0.1') });
    const data = dataFolder();
    const fw = (...words: string[]) => runBuilt([...words, '--data-dir', data]);
    expect(fw('apply', '--auto-approve', '--confirm', '60s', '--state', state)).toMatchObject({ status: 0 });
    const rule = ['FORWARD', '-m', 'set', '--match-set', 'fw-bad', 'src', '-j', 'DROP'];
    const iptables = (how: string) => inNamespace(ns, `iptables-${backend}`, [how, ...rule]);
    expect(iptables('-A')).toMatchObject({ status: 0 });
    const named = `${ns} ipv4 ${backend}, table filter: -A FORWARD -m set --match-set fw-bad src -j DROP`;
    const rejected = fw('confirm', '--reject');
    expect(rejected).toMatchObject({ status: 9, stderr: expect.stringContaining(named) });
    expect(rejected.stderr).toContain('when they are gone it can go too');
    expect(saved(ns, backend, 'ipv4')).not.toContain('fw-INPUT');
    // While the watchdog tries again it holds the lock, and status tells who is at work.
    await expect.poll(() => fw('status').stdout, { timeout: 110_000 }).toContain(named);
    expect(iptables('-D')).toMatchObject({ status: 0 });
    await untilBack({ isBack: () => savedSets(ns).length === 0 }, 'when the rule is gone');
    waitUnlocked(data);
    expect(readFileSync(join(data, 'fw.log'), 'utf8')).toMatch(/was rejected: it is rolled back and verified\n$/);
  },
);
