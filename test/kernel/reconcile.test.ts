import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeNamespace, saved } from '../support/netns.ts';
import { makePipeline } from '../support/pipeline.ts';
import { template } from '../support/scaffolds.ts';

/** A repository with a state, two keys of which one is allowed, and the script of the pull mode as its unit starts it. */
function start() {
  const namespace = makeNamespace();
  const made = makePipeline();
  const { folder, work, git } = made;
  for (const name of ['alice', 'mallory']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(folder, name)]);
  }
  const key = readFileSync(join(folder, 'alice.pub'), 'utf8');
  writeFileSync(join(folder, 'allowed-signers'), `alice@example.net namespaces="git" ${key}`);
  mkdirSync(join(folder, 'kept'), { mode: 0o700 });
  const env = {
    RECONCILE_URL: join(folder, 'remote.git'),
    RECONCILE_SIGNERS: join(folder, 'allowed-signers'),
    STATE_DIRECTORY: join(folder, 'kept'),
  };
  const push = (signer: 'alice' | 'mallory' | undefined, document: string) => {
    mkdirSync(join(work, 'state'), { recursive: true });
    writeFileSync(join(work, 'state/a.yaml'), `namespace: ${namespace}\n${document}`);
    git('add', '--all');
    const signed =
      signer === undefined ? ['--no-gpg-sign'] : ['-c', `user.signingkey=${join(folder, `${signer}.pub`)}`];
    if (signer === undefined) git('commit', '--quiet', '-m', 'Change', ...signed);
    else git('-c', 'gpg.format=ssh', ...signed, 'commit', '--quiet', '-S', '-m', 'Change');
    git('push', '--quiet', '--force', 'origin', 'HEAD:main');
  };
  const reconcile = (confirm = '60s') =>
    made.step(template('systemd/fw-reconcile'), { shell: ['bash', '-c'], env: { ...env, RECONCILE_CONFIRM: confirm } });
  const rules = () => saved(namespace, 'nft', 'ipv4');
  return { ...made, push, reconcile, rules };
}

const open = (port: number, more = '') =>
  `tables:\n  filter:\n    INPUT:\n      - -p tcp -m tcp --dport ${port} -j ACCEPT\n${more}`;

test('only what an allowed signer signed is applied, and never an older commit', () => {
  const { folder, push, reconcile, rules, git, fw } = start();
  push('alice', open(22));
  expect(reconcile()).toMatchObject({ status: 0 });
  expect(rules()).toContain('--dport 22');
  expect(JSON.parse(fw('status', '--json').stdout)).toMatchObject({ pending: [], generation: { number: 1 } });
  // Again: nothing to do, nothing done.
  expect(reconcile()).toMatchObject({ status: 0 });

  for (const signer of [undefined, 'mallory'] as const) {
    push(signer, open(signer === undefined ? 23 : 24));
    const refused = reconcile();
    expect(refused.status).toBe(1);
    expect(refused.stderr).toMatch(/commit [0-9a-f]{40} is not signed by anybody of/);
  }
  // The signatures below it are not looked at: the one who signs the newest commit answers for the whole state.
  push('alice', open(443));
  expect(reconcile()).toMatchObject({ status: 0 });
  expect(rules()).toContain('--dport 443');
  git('push', '--quiet', '--force', 'origin', 'HEAD~3:main');
  const older = reconcile();
  expect(older.status).toBe(1);
  expect(older.stderr).toContain('does not descend from');
  expect(rules()).toContain('--dport 443');
  writeFileSync(join(folder, 'allowed-signers'), template('systemd/allowed-signers'));
  push('alice', open(80));
  expect(reconcile().status).toBe(1);
  expect(rules()).not.toContain('--dport 80');
});

test('rules that fail their check, or that cut the repository off, go back and are not tried again', async () => {
  const { folder, push, reconcile, rules } = start();
  push('alice', open(22));
  expect(reconcile().status).toBe(0);
  const before = rules();
  push('alice', open(23, 'checks:\n  - {command: [/bin/false], name: still there, retries: 0}\n'));
  expect([reconcile().status, rules()]).toEqual([8, before]);
  const again = reconcile();
  expect([again.status, rules()]).toEqual([1, before]);
  expect(again.stderr).toContain('went back when it was applied');

  const [remote, away] = [join(folder, 'remote.git'), join(folder, 'away.git')];
  push('alice', open(23, `checks:\n  - {command: [/bin/mv, '${remote}', '${away}'], name: cut off, retries: 0}\n`));
  const cut = reconcile('2s');
  expect(cut.status).toBe(1);
  expect(cut.stderr).toContain('out of reach');
  expect(rules()).toContain('--dport 23');
  await expect.poll(rules, { timeout: 110_000 }).toBe(before);
  expect(existsSync(join(folder, 'kept/refused'))).toBe(true);
  rmSync(away, { recursive: true });
});
