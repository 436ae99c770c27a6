import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { makeNamespace, type Output, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { allowSigners, makeKey, sign } from '../support/sign.ts';
import { stateFolder } from '../support/state-folder.ts';

function setUp() {
  const ns = makeNamespace();
  const folder = stateFolder({
    'state/a.yaml': `namespace: ${ns}\ntables:\n  filter:\n    INPUT:\n      - -p tcp --dport 22 -j ACCEPT\n`,
  });
  const file = join(folder, 'a.fwplan');
  const data = ['--data-dir', dataFolder()];
  const key = makeKey(folder, 'alice');
  const plan = (...more: string[]) =>
    runBuilt(['plan', '--state', join(folder, 'state'), '--out', file, ...data, ...more]);
  const apply = (signers: string, ...more: string[]) =>
    runBuilt(['apply', file, ...data, '--require-signature', signers, ...more]);
  return { ns, folder, file, data, key, plan, apply };
}

/** Everything that is refused is refused before a rule is written. */
function expectRefused(ran: Output, exit: number, code: string, words: string): void {
  expect(ran.stderr).toContain(`[${code}]`);
  expect(ran.stderr).toContain(words);
  expect(ran.stderr).toContain('Firewall: unchanged.');
  expect(ran.status).toBe(exit);
}

test('a plan signed by fw is applied on the word of who signed it, who is in the receipt and the history', () => {
  const { ns, folder, file, data, key, plan, apply } = setUp();
  expect(plan('--sign', key).stdout).toContain(`signed in ${file}.sig`);
  expect(statSync(`${file}.sig`).mode & 0o777).toBe(0o600);
  const signers = allowSigners(folder, [['alice@example.org', 'namespaces="fw-plan"', key]]);
  const shown = runBuilt(['show', file]).stdout;
  expect(shown).toMatch(/Signed with ED25519 SHA256:\S+ \(.*a\.fwplan\.sig\)/);
  const verified = runBuilt(['show', file, '--json', '--require-signature', signers]).stdout;
  expect(JSON.parse(verified)).toMatchObject({ signature: { principal: 'alice@example.org', problem: null } });
  expect(apply(signers)).toMatchObject({ status: 0, stderr: '' });
  expect(saved(ns, 'nft', 'ipv4')).toContain('--dport 22');
  expect(runBuilt(['history', ...data]).stdout).toContain('alice@example.org');
  const receipt = JSON.parse(runBuilt(['show', 'receipt-1', '--json', ...data]).stdout) as { signer: unknown };
  expect(receipt.signer).toMatchObject({
    principal: 'alice@example.org',
    key: expect.stringMatching(/^ED25519 SHA256:/),
  });
});

test('so is one that a person signed with ssh-keygen; the variable requires it as the flag does', () => {
  const { folder, file, data, key, plan } = setUp();
  plan();
  const signers = allowSigners(folder, [['bob,alice', '', key]]);
  const env = { FW_REQUIRE_SIGNATURE: signers };
  expectRefused(runBuilt(['apply', file, ...data], { env }), 6, 'signature.missing', 'is not signed');
  expect(runBuilt(['show', file]).stdout).toContain('Not signed.');
  sign(key, file);
  expect(runBuilt(['apply', file, ...data], { env }).status).toBe(0);
  expect(runBuilt(['history', ...data, '--json']).stdout).toContain('"signer":{"principal":"bob"');
});

test('a plan of somebody else, one whose key is out of date, and a key for other things are refused', () => {
  const { ns, folder, file, key, plan, apply } = setUp();
  plan('--sign', key);
  const other = makeKey(folder, 'mallory');
  const signers = (options: string, whose = key) => allowSigners(folder, [['alice', options, whose]]);
  expectRefused(apply(signers('', other)), 6, 'signature.unknown', 'SHA256:');
  expectRefused(apply(signers('valid-before="20200101"')), 6, 'signature.expired', 'key has expired');
  expectRefused(apply(signers('valid-after="20900101"')), 6, 'signature.expired', 'not yet valid');
  expectRefused(apply(signers('namespaces="git"')), 6, 'signature.unknown', 'not permitted');
  expectRefused(apply(join(folder, 'none')), 1, 'signature.unchecked', 'ENOENT');
  rmSync(`${file}.sig`);
  sign(key, file, 'git');
  expectRefused(apply(signers('')), 6, 'signature.invalid', 'namespace does not match');
  expect(saved(ns, 'nft', 'ipv4')).toBe('');
});

test('an altered plan is refused before its content is looked at, and so is a signature that is none', () => {
  const { folder, file, key, plan, apply } = setUp();
  plan('--sign', key);
  const signers = allowSigners(folder, [['alice', '', key]]);
  writeFileSync(file, '{"kind":"something else"}');
  expectRefused(apply(signers), 6, 'signature.invalid', 'incorrect signature');
  writeFileSync(`${file}.sig`, 'no signature');
  expectRefused(apply(signers), 6, 'signature.invalid', 'missing header');
  writeFileSync(`${file}.sig`, 'x'.repeat(100_000));
  expectRefused(apply(signers), 1, 'signature.unchecked', 'at most 65536');
  // Without the flag it is an altered plan like any other.
  expect(runBuilt(['apply', file, '--data-dir', dataFolder()]).stderr).toContain('[plan.unreadable]');
});

test('who may sign is decided by a file that no other user may write, whatever else is trusted', () => {
  const { folder, key, plan, apply } = setUp();
  plan('--sign', key);
  const signers = allowSigners(folder, [['alice', '', key]]);
  chmodSync(signers, 0o666);
  expectRefused(apply(signers, '--allow-untrusted-state'), 1, 'state.untrusted', 'can be written by other users');
});

test('an ssh-keygen that hangs is killed and nothing is believed; a key that does not sign leaves no plan', () => {
  const { ns, folder, file, data, key, plan } = setUp();
  plan('--sign', key);
  const signers = allowSigners(folder, [['alice', '', key]]);
  const bin = stateFolder({ 'ssh-keygen': '#!/bin/sh\nexec sleep 60\n' });
  chmodSync(join(bin, 'ssh-keygen'), 0o755);
  const hung = runBuilt(['apply', file, ...data, '--require-signature', signers, '--timeout', '1s'], {
    env: { PATH: `${bin}:${process.env.PATH}` },
  });
  expectRefused(hung, 1, 'signature.unchecked', 'did not end in time and was killed');
  expect(saved(ns, 'nft', 'ipv4')).toBe('');
  rmSync(file);
  expectRefused(plan('--sign', `${key}.none`), 1, 'signature.unmade', 'No such file');
  expect(existsSync(file)).toBe(false);
});

test('a required signature needs a plan that can have one', () => {
  const { folder, data, key } = setUp();
  const signers = allowSigners(folder, [['alice', '', key]]);
  const ran = runBuilt(['apply', '--state', join(folder, 'state'), ...data, '--require-signature', signers]);
  expectRefused(ran, 64, 'usage', 'none is given');
});
