import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

function setUp() {
  const ns = makeNamespace();
  const folder = stateFolder({
    'state/a.yaml': `namespace: ${ns}\ntables:\n  filter:\n    INPUT:\n      - -p tcp --dport ssh -j ACCEPT\n`,
  });
  const file = join(folder, 'a.fwplan');
  const data = ['--data-dir', dataFolder()];
  const plan = (...more: string[]) =>
    runBuilt(['plan', '--state', join(folder, 'state'), '--out', file, ...data, ...more]);
  return { ns, file, data, plan };
}

test('a saved plan is shown without privileges, and applied as it is', () => {
  const { ns, file, data, plan } = setUp();
  // Works from any shell, which knows nothing of this data folder.
  expect(plan().stdout).toContain(`fw apply ${[file, ...data].join(' ')}`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const shown = runBuilt(['show', file], {
    through: ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'],
  });
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  expect(shown.stdout).toContain('+ -p tcp -m tcp --dport 22 -j ACCEPT');
  const json = JSON.parse(runBuilt(['show', file, '--json']).stdout) as { kind: string; transitions: unknown[] };
  expect(json).toMatchObject({ format_version: '1.0', kind: 'plan' });
  expect(json.transitions).toHaveLength(1);
  const applied = runBuilt(['apply', file, ...data]);
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(applied.stdout).toContain('Generation 1.');
  expect(saved(ns, 'nft', 'ipv6')).toContain('--dport 22');
  // It was made from rules that are no more.
  expect(runBuilt(['apply', file, ...data]).status).toBe(4);
});

test('a stale plan is refused with what changed since, and can be rebased', () => {
  const { ns, file, data, plan } = setUp();
  inNamespace(ns, 'iptables', ['-N', 'theirs']);
  plan();
  inNamespace(ns, 'iptables', ['-A', 'INPUT', '-s', '203.0.113.9', '-j', 'DROP']);
  inNamespace(ns, 'iptables', ['-A', 'theirs', '-j', 'RETURN']);
  const before = saved(ns, 'nft', 'ipv4');
  const stale = runBuilt(['apply', file, ...data]);
  expect(stale.status).toBe(4);
  expect(stale.stderr).toContain('INPUT (touches a chain of this plan)');
  expect(stale.stderr).toContain('+ -s 203.0.113.9/32 -j DROP');
  expect(stale.stderr).toContain('theirs (a chain that this plan does not touch)');
  expect(stale.stderr).toContain('Firewall: unchanged.');
  expect(saved(ns, 'nft', 'ipv4')).toBe(before);
  const rebased = `${file}.2`;
  expect(runBuilt(['plan', '--rebase', file, '--out', rebased, ...data]).status).toBe(0);
  expect(runBuilt(['apply', rebased, ...data]).status).toBe(0);
  expect(saved(ns, 'nft', 'ipv4')).toContain('-A INPUT -j fw-INPUT\n-A INPUT -s 203.0.113.9/32 -j DROP');
});

test.each(['nft', 'legacy'] as const)(
  'a saved plan is not stale because an empty table was made meanwhile (%s)',
  (backend) => {
    const ns = makeNamespace();
    const tables = 'tables: {filter: {INPUT: [-p tcp --dport 22 -j ACCEPT]}}';
    const folder = stateFolder({ 'state/a.yaml': `namespace: ${ns}\nbackend: ${backend}\n${tables}\n` });
    const [file, data] = [join(folder, 'a.fwplan'), ['--data-dir', dataFolder()]];
    expect(runBuilt(['plan', '--state', join(folder, 'state'), '--out', file, ...data]).status).toBe(0);
    // The legacy backend makes a table as soon as a program lists it, the nft one with the first rule.
    inNamespace(ns, `iptables-${backend}`, ['-A', 'FORWARD', '-j', 'DROP']);
    inNamespace(ns, `iptables-${backend}`, ['-F', 'FORWARD']);
    expect(saved(ns, backend, 'ipv4')).toContain('*filter');
    expect(runBuilt(['apply', file, ...data])).toMatchObject({ status: 0, stderr: '' });
    expect(saved(ns, backend, 'ipv4')).toContain('--dport 22');
  },
);

test('an altered, a cut and an expired plan are refused', () => {
  const { ns, file, data, plan } = setUp();
  plan('--max-age', '1s');
  const text = readFileSync(file, 'utf8');
  const { created, expires } = JSON.parse(text) as { created: string; expires: string };
  expect(Date.parse(expires) - Date.parse(created)).toBe(1000);
  writeFileSync(file, text.replaceAll('--dport 22', '--dport 23'));
  const altered = runBuilt(['apply', file, ...data]);
  expect(altered.status).toBe(1);
  expect(altered.stderr).toContain('altered');
  writeFileSync(file, text.slice(0, -100));
  expect(runBuilt(['show', file]).status).toBe(1);
  expect(saved(ns, 'nft', 'ipv4')).toBe('');
});
