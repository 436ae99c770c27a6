import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Machine, makeMachine } from '../support/machine.ts';
import { BUILT } from '../support/run-built.ts';

/** What the services of distributions keep, on a machine of its own: such files are about its host. */
let machine: Machine;

beforeAll(async () => {
  machine = await makeMachine({});
});
afterAll(() => machine.end());

const FW = `${process.execPath} ${BUILT}`;

const LAYOUTS = [
  ['Debian', { v4: 'rules.v4', v6: 'rules.v6', sets: 'ipsets', others: [] }],
  ["Red Hat's", { v4: 'iptables', v6: 'ip6tables', sets: 'ipset', others: ['iptables-config', 'network'] }],
] as const;

describe.each(LAYOUTS)('the files of %s services', (_, { v4, v6, sets, others }) => {
  test('are a state as they are, and fw import takes them', () => {
    const run = (words: string) => machine.run(words, '/mnt');
    const made = run(`
rm -rf kept imported data; mkdir -m 700 kept
iptables -F; ip6tables -F; ipset destroy
ipset create bl hash:net counters comment; ipset add bl 192.0.2.0/24 comment "a b"
ipset create bans hash:ip timeout 600; ipset add bans 192.0.2.9
iptables -A INPUT -m set --match-set bl src -j DROP
iptables -A INPUT -m set --match-set bans src -j DROP
ip6tables -A INPUT -p tcp --dport 22 -j ACCEPT
ipset save > kept/${sets}; iptables-save > kept/${v4}; ip6tables-save > kept/${v6}
${others.map((name) => `echo 'A="yes"' > kept/${name}`).join('\n')}
`);
    expect(made.status, made.stderr).toBe(0);
    const options = '--state kept --data-dir /mnt/data';
    expect(run(`${FW} validate ${options}`).stdout).toContain('The state is valid: 1 namespace (host)');
    expect(run(`${FW} plan ${options}`).stdout).toContain('No changes');
    const imported = run(`${FW} import --from kept --state imported`);
    expect(imported.stdout).toContain('host.yaml: 3 rules, 2 sets');
    expect(run(`${FW} plan --state imported --data-dir /mnt/data`).stdout).toContain('No changes');

    run('ipset del bl 192.0.2.0/24; ipset add bl 203.0.113.0/24; iptables -D INPUT 1');
    const back = run(`${FW} apply ${options} --auto-approve --allow-foreign-removal`);
    expect(back).toMatchObject({ status: 0 });
    expect(back.stdout).toContain(`kept/${v4}:`);
    expect(run('ipset save bl; iptables-save').stdout).toMatch(/add bl 192\.0\.2\.0\/24 [\s\S]*--match-set bl src/);
    expect(run('ipset save bl').stdout).not.toContain('203.0.113.0');
    expect(run('ipset test bans 192.0.2.9')).toMatchObject({ status: 0 });
    expect(run(`${FW} plan ${options}`).stdout).toContain('No changes');
  });
});
