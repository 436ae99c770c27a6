import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type HostVars, type Played, playbook } from '../support/ansible.ts';
import { samplesOf } from '../support/page-samples.ts';
import { runBuilt } from '../support/run-built.ts';
import { makeSshHosts, rulesOf, type SshHost, type SshHosts, waitSettled } from '../support/ssh-hosts.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

function generations({ data }: SshHost): number {
  const { stdout } = runBuilt(['history', '--json', '--data-dir', data]);
  return stdout.split('\n').filter((line) => line.includes('"type":"generation"')).length;
}

function numbers({ hosts }: SshHosts, played: Played, key: string) {
  return hosts.map(({ name }) => played.recap(name)?.[key]);
}

/** Lines without what is of this run only: times, ports, digests. */
function settle(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replaceAll(/read in [\d.]+ s|port \d+(?= to)|sha256:\w+|^fw plan +\S+ +/g, '#').trimEnd());
}

test('ansible-doc explains the module', () => {
  const library = fileURLToPath(new URL('../../templates/ansible/roles/fw/library', import.meta.url));
  const ran = spawnSync('ansible-doc', ['-t', 'module', '-M', library, 'fw'], { encoding: 'utf8' });
  expect(ran, ran.stderr).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('rules_changed') });
});

describe('the example of docs/ansible.md', () => {
  const { files, outputs } = samplesOf(new URL('../../docs/ansible.md', import.meta.url));
  const mistake = 'host_vars/edge4.yml';
  let site: SshHosts;
  let folder: string;
  let before: readonly string[];

  beforeAll(async () => {
    site = await makeSshHosts(6);
    folder = join(site.folder, 'site');
    mkdirSync(folder);
    writeFiles(folder, files);
    rmSync(join(folder, mistake));
    before = site.hosts.map((host) => rulesOf(host));
  });
  afterAll(() => site.close());

  const play = (...args: string[]) => playbook(site, folder, ['firewall.yml', ...args]);
  const expectSample = (name: string, { stdout }: Played) => {
    const sample = settle(outputs[name] ?? 'no sample').filter((line) => line.trim() !== '...');
    expect(settle(stdout)).toEqual(expect.arrayContaining(sample));
  };

  test('passes the syntax check', () => {
    expect(play('--syntax-check')).toMatchObject({ status: 0, stderr: '' });
  });

  test('check mode with --diff shows the plan of each host and writes nothing', () => {
    const checked = play('--check', '--diff');
    expect(checked, checked.stdout).toMatchObject({ status: 0, stderr: '' });
    expect(numbers(site, checked, 'changed')).toEqual([1, 1, 1, 1, 1, 1]);
    expect(checked.stdout.match(/~ policy ACCEPT -> DROP +state\/host\.yaml:5/g)).toHaveLength(6);
    expectSample('check', checked);
    expect(site.hosts.map((host) => rulesOf(host))).toEqual(before);
    expect(site.hosts.map(({ home }) => existsSync(home))).toEqual(Array(6).fill(false));
    expect(site.hosts.map(generations)).toEqual(Array(6).fill(0));
  });

  test('a rollout goes from the canary to the batch in which a guard stops a host, and no further', () => {
    writeFiles(folder, { [mistake]: files[mistake] ?? '' });
    const stopped = play();
    expect(stopped.status, stopped.stdout).toBe(2);
    expect(numbers(site, stopped, 'changed')).toEqual([1, 1, 1, 0, undefined, undefined]);
    expect(numbers(site, stopped, 'failed')).toEqual([0, 0, 0, 1, undefined, undefined]);
    expectSample('guard', stopped);
    for (const host of site.hosts.slice(0, 3)) waitSettled(host);
    expect(site.hosts.map(generations)).toEqual([1, 1, 1, 0, 0, 0]);
    expect(site.hosts.slice(3).map((host) => rulesOf(host))).toEqual(before.slice(3));
  });

  test('a host whose rules cut off SSH comes back by itself, and hosts that come after are not reached', () => {
    const cut = play('-e', '{"fw_allow": ["lockout"], "fw_confirm": "2s"}');
    expect(cut.status, cut.stdout).toBe(2);
    expect(numbers(site, cut, 'changed')).toEqual([0, 0, 0, 0, undefined, undefined]);
    expect(numbers(site, cut, 'failed')).toEqual([0, 0, 0, 1, undefined, undefined]);
    expectSample('cut-off', cut);
    expect(site.hosts.map(generations)).toEqual([1, 1, 1, 0, 0, 0]);
    expect(site.hosts.slice(3).map((host) => rulesOf(host))).toEqual(before.slice(3));
    const log = readFileSync(join(site.hosts[3]?.data ?? '', 'fw.log'), 'utf8');
    expect(log).toMatch(/was not confirmed in time.*rolled back and verified\n$/);
    expect(site.hosts.map(({ home }) => existsSync(home))).toEqual([true, true, true, true, false, false]);
  });

  test('corrected, the hosts that are left are done, and a second run finds nothing to do', () => {
    rmSync(join(folder, mistake));
    const corrected = play();
    expect(corrected, corrected.stdout).toMatchObject({ status: 0, stderr: '' });
    expect(numbers(site, corrected, 'changed')).toEqual([0, 0, 0, 1, 1, 1]);
    expectSample('corrected', corrected);
    const again = play();
    expect(numbers(site, again, 'changed'), again.stdout).toEqual([0, 0, 0, 0, 0, 0]);
    expectSample('again', again);
    expect(site.hosts.map(generations)).toEqual([1, 1, 1, 1, 1, 1]);
    for (const { home } of site.hosts) {
      const file = join(home, 'state/host.yaml');
      expect(readFileSync(file, 'utf8')).toBe(files['state/host.yaml']);
      const modes = [file, dirname(file), join(home, 'values.yaml'), home].map((path) => lstatSync(path).mode & 0o777);
      expect(modes).toEqual([0o600, 0o700, 0o600, 0o700]);
    }
  });
});

describe('one host', () => {
  const STATE =
    'values: {ssh: 22}\ntables: {filter: {INPUT: {policy: DROP, rules: [-p tcp --dport $ssh -j ACCEPT]}}}\n';
  let site: SshHosts;
  afterEach(() => site.close());

  async function makeSite(state = STATE) {
    site = await makeSshHosts(1);
    const [host] = site.hosts as [SshHost];
    const folder = stateFolder({
      'state/host.yaml': state,
      'site.yml': '[{hosts: all, gather_facts: false, max_fail_percentage: 0, roles: [fw]}]\n',
    });
    const before = rulesOf(host);
    const play = (vars: HostVars[string], ...args: string[]) =>
      playbook(site, folder, ['site.yml', ...args], { edge1: vars });
    const isBack = () => {
      waitSettled(host);
      return rulesOf(host) === before && generations(host) === 0;
    };
    return { host, folder, play, isBack };
  }

  test('gets the text of the state as it is, which Ansible reads no template in, and an edited comment changes no rule', async () => {
    const rule = "- {rule: -p tcp --dport 22 -j ACCEPT, comment: '{{ 7 * 7 }} {% raw %} $$HOME'}";
    const state = `tables:\n  filter:\n    INPUT:\n      ${rule}\n`;
    const { host, folder, play } = await makeSite(state);
    expect(play({}).recap('edge1')).toMatchObject({ changed: 1, failed: 0 });
    expect(rulesOf(host)).toContain('--comment "{{ 7 * 7 }} {% raw %} $HOME" -j ACCEPT');
    writeFileSync(join(folder, 'state/host.yaml'), `# Edited.\n${state}`);
    writeFiles(folder, { 'state/.hidden/a.yaml': 'nothing: good\n', 'templates/own.yaml': 'tables: {}\n' });
    expect(play({}).recap('edge1')).toMatchObject({ changed: 1, failed: 0 });
    expect(readFileSync(join(host.home, 'state/host.yaml'), 'utf8')).toMatch(/^# Edited/);
    expect(existsSync(join(host.home, 'templates/own.yaml'))).toBe(true);
    rmSync(join(folder, 'templates'), { recursive: true });
    expect(play({}, '--check').recap('edge1')).toMatchObject({ changed: 1, failed: 0 });
    expect(play({}).recap('edge1')).toMatchObject({ changed: 1, failed: 0 });
    expect(existsSync(join(host.home, 'templates'))).toBe(false);
    expect(generations(host)).toBe(1);
  });

  test('an error in the state comes with its place, the state of the firewall and what to do', async () => {
    const { play, isBack } = await makeSite(
      "tables:\n  filter:\n    INPUT:\n      - -p tcp --dport '{{ 7 * 7 }}' -j ACCEPT\n",
    );
    const played = play({}, '--check');
    expect(played.recap('edge1'), played.stdout).toMatchObject({ failed: 1 });
    expect(played.stdout).toContain('state/host.yaml:4:25: iptables refuses this rule');
    expect(played.stdout).toMatch(/\[state\.invalid\].*Firewall: unchanged\..*Next: Correct the state/s);
    expect(isBack()).toBe(true);
  });

  test('keeps no state in a folder that others may write to', async () => {
    const { host, play, isBack } = await makeSite();
    const open = join(site.folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    const refused = play({ fw_home: join(open, 'fw') });
    expect(refused.recap('edge1'), refused.stdout).toMatchObject({ failed: 1 });
    expect(refused.stdout).toContain('[state.untrusted]');
    expect(readdirSync(join(open, 'fw'))).toEqual([]);
    expect(existsSync(host.home)).toBe(false);
    expect(isBack()).toBe(true);
  });

  test('goes back, too, when its rules break the connection while fw applies over it', async () => {
    const { play, isBack } = await makeSite('tables: {filter: {INPUT: [-p tcp -j REJECT --reject-with tcp-reset]}}\n');
    const broken = play({ fw_allow: ['lockout'], fw_confirm: '2s' });
    expect(broken.recap('edge1'), broken.stdout).toMatchObject({ failed: 1, unreachable: 0 });
    expect(broken.stdout).toContain('No new connection confirmed the apply');
    expect(isBack()).toBe(true);
  });

  test('takes no confirmation by the connection that applied, even where Ansible does not know that it is used again', async () => {
    const { host, play, isBack } = await makeSite();
    const ssh = join(site.folder, 'ssh');
    writeFileSync(ssh, '#!/bin/sh\ncase " $* " in *" -O "*) exit 255;; esac\nexec ssh "$@"\n', { mode: 0o755 });
    const reused = play({ ansible_ssh_executable: ssh, fw_confirm: '2s' });
    expect(reused.recap('edge1'), reused.stdout).toMatchObject({ failed: 1 });
    expect(reused.stdout).toContain('the connection that applied was used again');
    expect(reused.stdout).toContain('The host rolled itself back and is reachable');
    expect(readdirSync(host.home)).toEqual([]);
    expect(isBack()).toBe(true);
  });

  test('that does not come back is a failure that max_fail_percentage counts', async () => {
    const { play } = await makeSite();
    const ssh = join(site.folder, 'ssh');
    const gone = join(site.folder, 'gone');
    const script = `#!/bin/sh\nif [ -e '${gone}' ]; then echo 'no route' >&2; exit 255; fi\ncase " $* " in *' -O stop '*) : >'${gone}';; esac\nexec ssh "$@"\n`;
    writeFileSync(ssh, script, { mode: 0o755 });
    const played = play({ fw_confirm: '1s', fw_return_timeout: '1s', ansible_ssh_executable: ssh });
    expect(played.recap('edge1'), played.stdout).toMatchObject({ failed: 1, unreachable: 0 });
    expect(played.stdout).toContain('The host is not reachable');
    expect(played.stdout).toMatch(/"code": "unconfirmed"/);
  });
});
