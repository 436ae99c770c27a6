import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeNamespace, type Output, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

/** An ordinary user without groups and with a PATH that has no sbin folder, as such a user's often has not. */
const NOBODY = {
  through: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'],
  env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent' },
};

const RULES =
  'tables:\n  filter:\n    INPUT:\n      - -p tcp --dport ssh -j ACCEPT\n      - -s 10.0.0.5/8 -j DROP\n      - -s fe80::1/10 -j DROP\n';

/** A state that others may read, for which nothing need exist. */
function readable(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = stateFolder(files);
  chmodSync(folder, 0o755);
  return ['--state', folder];
}

function validate(files: Readonly<Record<string, string>>, more: readonly string[] = []): Output {
  return runBuilt(['validate', ...readable(files), ...more], NOBODY);
}

describe('fw validate without root', () => {
  test('has the kernel judge every rule with nft, in a user namespace, and says so', () => {
    const ran = validate({ 'a.yaml': `namespace: edge\n${RULES}` });
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toContain('The state is valid: 1 namespace');
    expect(ran.stdout).toContain('nft: every rule was loaded and read back in a user namespace');
  });

  test('says what the kernel refuses, not only what iptables refuses, at its place', () => {
    const wrong =
      'tables:\n  filter:\n    INPUT:\n      - -p tcp --dport ssh -j ACCEPT\n      - -m owner --uid-owner 0 -j DROP\n      - -p tcp --dport 70000 -j DROP\n';
    const ran = validate({ 'a.yaml': `namespace: edge\n${wrong}` });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('a.yaml:6:9');
    expect(ran.stderr).toContain('a.yaml:7:24');
    expect(ran.stderr.match(/iptables refuses this rule \(ipv4 and ipv6, nft\)/g)).toHaveLength(2);
  });

  test('checks the syntax of what is meant for legacy, and says that this is all', () => {
    const files = { 'a.yaml': `namespace: edge\nbackend: legacy\n${RULES}` };
    const ran = validate(files);
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toContain('legacy: only the syntax was checked (the legacy backend needs root)');
    const asJson = validate(files, ['--json']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      valid: true,
      depths: [{ backend: 'legacy', depth: 'syntax', reason: 'the legacy backend needs root' }],
    });
  });

  test('checks both where a state has both', () => {
    const ran = validate({
      'a.yaml': `namespace: edge\nbackend: legacy\n${RULES}`,
      'b.yaml': `namespace: core\nbackend: nft\n${RULES}`,
    });
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain('The state is valid: 2 namespaces');
    expect(ran.stdout).toContain('nft: every rule was loaded and read back in a user namespace');
    expect(ran.stdout).toContain('legacy: only the syntax was checked');
  });

  test('a set that is not here is a warning, since this user cannot look for it', () => {
    const rules = 'tables:\n  filter:\n    INPUT:\n      - -m set --match-set blocked src -j DROP\n';
    const ran = validate({ 'a.yaml': `namespace: edge\n${rules}` });
    expect(ran.status).toBe(0);
    expect(ran.stdout + ran.stderr).toContain('fw plan checks it where the set is');
  });

  test('where no user namespace can be made, only the syntax is checked, and the output says so', () => {
    const limit = 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$0" "$@"';
    const drop = ['setpriv', '--inh-caps=-net_admin', '--bounding-set=-net_admin'];
    const ran = runBuilt(['validate', ...readable({ 'a.yaml': `namespace: edge\n${RULES}` })], {
      ...NOBODY,
      through: ['unshare', '--user', '--map-root-user', 'bash', '-c', limit, ...drop],
    });
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain('cannot make a scratch network namespace');
    expect(ran.stdout).toContain('nft: only the syntax was checked (');
  });
});

describe('fw plan without root', () => {
  test('ends with exit 77, says what would do, and leaves the rules alone', () => {
    const name = makeNamespace();
    const state = readable({ 'a.yaml': `namespace: ${name}\n${RULES}` });
    const ran = runBuilt(['plan', ...state], NOBODY);
    expect(ran).toMatchObject({ status: 77, stdout: '' });
    expect(ran.stderr).toContain('Run as root, with the capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN');
    expect(saved(name, 'nft', 'ipv4')).not.toContain('-A');
  });

  test('fw apply does not get further', () => {
    const name = makeNamespace();
    const state = readable({ 'a.yaml': `namespace: ${name}\n${RULES}` });
    // Neither with a data folder of root nor with one of its own.
    const own = join(stateFolder({}), 'data');
    for (const data of ['/var/lib/fw', own]) {
      const ran = runBuilt(['apply', '--auto-approve', '--data-dir', data, ...state], NOBODY);
      expect(ran).toMatchObject({ status: 77, stdout: '' });
      expect(ran.stderr).toContain('changing live rules needs CAP_NET_ADMIN');
      expect(ran.stderr).toContain('Firewall: unchanged.');
    }
    expect(saved(name, 'nft', 'ipv4')).not.toContain('-A');
  });

  test('root without CAP_SYS_ADMIN reads which capability is missing, whatever it asks for', () => {
    const name = makeNamespace();
    const state = readable({ 'a.yaml': `namespace: ${name}\n${RULES}` });
    const through = ['setpriv', '--bounding-set', '-sys_admin', '--inh-caps', '-sys_admin'];
    for (const words of [
      ['plan', ...state],
      ['snapshot', '--namespace', name],
    ]) {
      const ran = runBuilt(words, { through });
      expect(ran).toMatchObject({ status: 77, stdout: '' });
      expect(ran.stderr).toContain(`entering the network namespace ${name} needs CAP_SYS_ADMIN [env.permission]`);
      expect(ran.stderr).not.toContain('by hand');
    }
  });
});
