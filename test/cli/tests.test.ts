import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { junitCases } from '../support/junit-cases.ts';
import { inNamespace, load, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { sarifFaults } from '../support/sarif-schema.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder } from '../support/state-folder.ts';

const STATE = `values: {office: 198.51.100.0/24}
tables:
  filter:
    INPUT:
      policy: DROP
      rules:
        - -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        - --protocol tcp --destination-port 22 --source $office --jump ACCEPT
        - -p icmp -m limit --limit 5/second -j ACCEPT
tests:
  - name: ssh from the office only
    allow: [tcp $office -> port 22]
    deny: ["tcp !$office -> port 22"]
  - allow-if: [icmp 192.0.2.1 -> any type echo-request]
`;
/** No program of iptables, no way to a kernel: what a pipeline may have. */
const BARE = {
  env: { PATH: '/nonexistent' },
  through: ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
};

const BROKEN = `kind: tests
tests:
  - name: broken
    deny: [tcp 198.51.100.0/25 -> port 1-1024]
  - allow: [icmp 192.0.2.1 -> any type echo-request]
`;

describe('fw test', () => {
  test('proves the tests of a state, with a kernel, without root, and without iptables', () => {
    const cwd = stateFolder({ 'state/a.yaml': STATE });
    runInAll(cwd, ['test'], (found) => {
      expect(found).toMatchObject({ status: 0, stderr: '' });
      expect(found.stdout).toMatch(
        /^ok {4}ssh from the office only: allow tcp 198\.51\.100\.0\/24 -> port 22 \(IPv4\) +filter fw-INPUT 2$/m,
      );
      expect(found.stdout).toMatch(
        /^ok {4}ssh from the office only: deny tcp !198\.51\.100\.0\/24 -> port 22 \(IPv4\) +policy of filter INPUT$/m,
      );
      expect(found.stdout).toContain('2 tests, 3 expectations: 3 hold for all packets.\n');
    });
  });

  test('shows the packets, the rule and one packet where one fails', () => {
    const cwd = stateFolder({ 'state/a.yaml': STATE, 'audit.yaml': BROKEN });
    runInAll(cwd, ['test', 'audit.yaml'], ({ status, stdout }) => {
      expect(status).toBe(1);
      expect(stdout).toMatch(/^FAIL {2}broken: deny tcp 198\.51\.100\.0\/25 -> port 1-1024 \(IPv4\) +audit\.yaml:4$/m);
      expect(stdout).toContain('        accepted   tcp 198.51.100.0/25 -> any port 22\n');
      expect(stdout).toMatch(
        / {8}by {9}filter fw-INPUT 2 {2}-s 198\.51\.100\.0\/24 .*--dport 22 -j ACCEPT {2}state\/a\.yaml:8\n/,
      );
      expect(stdout).toContain('        example    fw trace tcp 198.51.100.0:40000 192.0.2.1:22 --in eth0\n');
      expect(stdout).toMatch(/FAIL {2}test 4: allow icmp/);
      expect(stdout).toContain('4 tests, 5 expectations: 3 hold for all packets, 2 fail.\n');
    });
  });

  test('speaks JSON, JUnit, TAP and SARIF', () => {
    const cwd = stateFolder({ 'state/a.yaml': STATE, 'audit.yaml': BROKEN });
    const run = (...more: string[]) => runBuilt(['test', 'audit.yaml', ...more], { cwd });
    const document = JSON.parse(run('--json').stdout);
    expect(faultsOf('tests', document)).toEqual([]);
    expect(document).toMatchObject({ kind: 'tests', summary: { tests: 4, hold: 3, fail: 2, not_judged: 0 } });
    expect(document.expectations[3]).toMatchObject({
      status: 'fails',
      source: { file: 'audit.yaml', start: { line: 4 } },
      by: [{ chain: 'fw-INPUT', number: 2, source: { file: 'state/a.yaml', start: { line: 8 } } }],
      example: ['fw', 'trace', 'tcp', '198.51.100.0:40000', '192.0.2.1:22', '--in', 'eth0'],
    });
    const file = join(cwd, 'tests.xml');
    writeFileSync(file, run('--format', 'junit').stdout);
    expect(junitCases(file).map(({ status }) => status)).toEqual(['PASS', 'PASS', 'PASS', 'FAIL', 'FAIL']);
    const tap = run('--format', 'tap').stdout;
    expect(tap.split('\n').slice(0, 2)).toEqual(['TAP version 13', '1..5']);
    expect(tap.match(/^(?:not )?ok \d - /gm)).toEqual(['ok 1 - ', 'ok 2 - ', 'ok 3 - ', 'not ok 4 - ', 'not ok 5 - ']);
    const log = JSON.parse(run('--format', 'sarif').stdout);
    expect(sarifFaults(log)).toEqual([]);
    expect(log.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([
      'fw/test-fails',
      'fw/test-fails',
    ]);
    expect(log.runs[0].results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'audit.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 4 },
    });
  });

  test('judges live rules and a snapshot, by files alone too', () => {
    const ns = makeNamespace();
    load(
      ns,
      'nft',
      'ipv4',
      '*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n',
    );
    const cwd = stateFolder({
      'audit.yaml': `kind: tests\nnamespace: ${ns}\ntests:\n  - deny: [tcp 192.0.2.1 -> port 23]\n  - deny: [tcp 192.0.2.1 -> port 22]\n  - {to: from, allow: [any 192.0.2.1 -> any]}\n`,
    });
    const expected =
      /^ok {4}test 1: deny tcp 192\.0\.2\.1 -> port 23 in \S+ \(IPv4\) +policy of filter INPUT\nFAIL {2}test 2: .*\n(?: {8}.*\n)+ok {4}test 3: allow any 192\.0\.2\.1 -> any from host in /;
    const live = runBuilt(['test', '--live', 'audit.yaml'], { cwd });
    expect(live).toMatchObject({ status: 1, stderr: '', stdout: expect.stringMatching(expected) });
    expect(live.stdout).toContain('Tested: the live rules.');
    writeFileSync(join(cwd, 'live.snapshot'), runBuilt(['snapshot', '--namespace', ns]).stdout);
    expect(runBuilt(['test', '--snapshot', 'live.snapshot', 'audit.yaml'], { cwd })).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(expected),
    });
  });

  test('is asked where nothing changes, too: rules of others may break it', () => {
    const ns = makeNamespace();
    const promises = (more: string) =>
      `namespace: ${ns}\ntables: {filter: {INPUT: {policy: DROP, rules: [-p tcp -m tcp --dport 22 -j ACCEPT]}}}\n${more}`;
    const cwd = stateFolder({ 'state/a.yaml': promises('tests: [{deny: [tcp any -> port 23]}]\n') });
    const fw = (...args: string[]) => runBuilt([...args, '--data-dir', join(cwd, 'data')], { cwd });
    expect(fw('apply', '--auto-approve').status).toBe(0);
    expect(fw('plan').stdout).not.toContain('FWG08');
    expect(
      inNamespace(ns, 'iptables', ['-A', 'INPUT', '-p', 'tcp', '-m', 'tcp', '--dport', '23', '-j', 'ACCEPT']).status,
    ).toBe(0);
    const plan = fw('plan');
    expect(plan.status).toBe(0);
    expect(plan.stdout).toMatch(/No changes[\s\S]*! FWG08 {2}a test of the state does not hold/);
    const refused = fw('apply', '--auto-approve');
    expect(refused).toMatchObject({ status: 5, stderr: expect.stringContaining('-p tcp -m tcp --dport 23 -j ACCEPT') });
    expect(refused.stderr).toContain('--allow-failing-tests');
    const allowed = fw('apply', '--auto-approve', '--allow-failing-tests');
    expect(allowed).toMatchObject({ status: 0, stdout: expect.stringContaining('FWG08') });
    const events = fw('apply', '--auto-approve', '--json').stdout.trim().split('\n');
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ type: 'result', exit_code: 5 });
    // What must get through counts in the same way.
    writeFileSync(join(cwd, 'state/a.yaml'), promises('reachable: [tcp any -> port 22]\n'));
    inNamespace(ns, 'iptables', ['-t', 'raw', '-A', 'PREROUTING', '-s', '192.0.2.1', '-j', 'DROP']);
    expect(fw('apply', '--auto-approve')).toMatchObject({ status: 5, stderr: expect.stringContaining('FWG08') });
    expect(fw('plan', '--out', 'a.fwplan').stdout).toContain('FWG08');
    const saved = JSON.parse(fw('show', 'a.fwplan', '--json').stdout) as { readonly checks: readonly object[] };
    expect(saved.checks).toContainEqual(expect.objectContaining({ address: 'guard/FWG08', status: 'unknown' }));
    expect(fw('apply', 'a.fwplan').status).toBe(5);
  });

  test('never takes for held what it cannot judge', () => {
    const cwd = stateFolder({
      'state/a.yaml':
        'tables: {filter: {INPUT: [-p tcp -m set --match-set theirs src -j ACCEPT]}}\ntests: [{deny: [tcp @theirs -> port 22]}]\n',
      'elsewhere.yaml': 'kind: tests\nnamespace: other\ntests: [{deny: [tcp any -> port 22]}]\n',
      'rules.yaml': 'tests: [{deny: [tcp any -> port 22]}]\ntables: {filter: {INPUT: [-j ACCEPT]}}\n',
      'none.yaml': 'tables: {filter: {INPUT: [-j ACCEPT]}}\n',
    });
    const unknown = runBuilt(['test', 'elsewhere.yaml'], { cwd });
    expect(unknown.status).toBe(1);
    expect(unknown.stdout).toContain('not judged what is in the set theirs is not known\n');
    expect(unknown.stdout).toContain('not judged nothing is known of the rules of this namespace\n');
    expect(runBuilt(['test', 'rules.yaml'], { cwd })).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('declares rules, so it is no file of tests'),
    });
    expect(runBuilt(['test', '--state', 'none.yaml'], { cwd })).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('there are no tests'),
    });
    expect(runBuilt(['test', '--live', '--plan', 'x'], { cwd })).toMatchObject({ status: 64 });
  });
});

/** As root, as a user who may make a user namespace, and where there is no iptables at all: the answers have to be the same. */
function runInAll(cwd: string, args: readonly string[], check: (found: ReturnType<typeof runBuilt>) => void): void {
  chmodSync(cwd, 0o755);
  check(runBuilt(args, { cwd }));
  check(runBuilt(args, { cwd, ...BARE }));
}
