import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { load, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { sarifFaults } from '../support/sarif-schema.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder } from '../support/state-folder.ts';

const STATE = `sets:
  seen: {type: "hash:ip", entries: [192.0.2.1]}
tables:
  filter:
    INPUT:
      rules:
        - -s 10.0.0.0/9 -j DROP
        - --source 10.0.0.0/10 -p tcp -j ACCEPT
        - -s 10.0.0.0/11 -j DROP # fw: ignore FWL01 the list is made elsewhere
        # fw: ignore FWL03 it was redundant once
        - -p udp -j ACCEPT
`;
/** No program of iptables, no way to a kernel: what a pipeline may have. */
const BARE = {
  env: { PATH: '/nonexistent' },
  through: ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'],
};

test('fw lint tells what is proved of a state, without root, in each format', () => {
  const cwd = stateFolder({ 'state/a.yaml': STATE });
  for (const path of ['.', 'state']) chmodSync(join(cwd, path), 0o755);
  chmodSync(join(cwd, 'state/a.yaml'), 0o644);
  for (const more of [{}, BARE]) {
    const found = runBuilt(['lint'], { cwd, ...more });
    expect(found).toMatchObject({ status: 0, stderr: '' });
    expect(found.stdout).toMatch(
      /^FWL01 shadowed {5}filter fw-INPUT 2 {2}-s 10\.0\.0\.0\/10 -p tcp -j ACCEPT +state\/a\.yaml:8$/m,
    );
    expect(found.stdout).toContain(
      'filter fw-INPUT 1 (state/a.yaml:7) takes all that it asks for, with another verdict (DROP)',
    );
    expect(found.stdout).toMatch(/^FWL08 unused set {3}set seen +state\/a\.yaml:2$/m);
    expect(found.stdout).toMatch(/^FWL00 ignore .* state\/a\.yaml:10$/m);
    expect(found.stdout).toContain('\n3 findings.\n');
  }
  expect(runBuilt(['lint', '--strict'], { cwd }).status).toBe(1);
  const { stdout, status } = runBuilt(['lint', '--json'], { cwd });
  expect(status).toBe(0);
  const document = JSON.parse(stdout);
  expect(faultsOf('lint', document)).toEqual([]);
  expect(document.findings.map(({ id }: { id: string }) => id)).toEqual(['FWL01', 'FWL08', 'FWL00']);
  const sarif = JSON.parse(runBuilt(['lint', '--format', 'sarif'], { cwd }).stdout);
  expect(sarifFaults(sarif)).toEqual([]);
  expect(sarif.runs[0].results).toHaveLength(3);
});

test('fw lint finds nothing in rules that are as they should be', () => {
  const cwd = stateFolder({
    'state/a.yaml': 'tables: {filter: {INPUT: {rules: [-p tcp -j ACCEPT, -p udp -j DROP]}}}\n',
  });
  expect(runBuilt(['lint', '--strict'], { cwd })).toMatchObject({
    status: 0,
    stdout: 'Nothing was found.\nJudged: the state at state, as on a machine without other rules.\n',
  });
});

test('fw lint --live judges the rules of a namespace, also those of others', () => {
  const namespace = makeNamespace('lint');
  load(
    namespace,
    'nft',
    'ipv4',
    '*filter\n:INPUT ACCEPT\n:odd -\n-A INPUT -p tcp -j DROP\n-A INPUT -p tcp -j ACCEPT\n-A odd -j DROP\nCOMMIT\n',
  );
  const { status, stdout } = runBuilt(['lint', '--live', '--namespace', namespace, '--strict'], {
    cwd: stateFolder({}),
  });
  expect(status).toBe(1);
  expect(stdout).toMatch(/^FWL01 shadowed {5}filter INPUT 2 {2}-p tcp -j ACCEPT$/m);
  expect(stdout).toMatch(/^FWL04 unreachable {2}filter odd$/m);
  expect(stdout).toContain(`Judged: the live rules of ${namespace}.\n`);
});

test('fw lint --live tells what is moot on this machine, and what was never hit since an apply', () => {
  const namespace = makeNamespace('lint');
  const rules = 'tables: {filter: {INPUT: {rules: [-i eth7 -p tcp -j ACCEPT, -p udp -j DROP]}}}';
  const cwd = stateFolder({ 'state/a.yaml': `namespace: ${namespace}\nbackend: nft\n${rules}\n` });
  const data = join(cwd, 'data');
  expect(runBuilt(['apply', '--auto-approve', '--data-dir', data], { cwd }).status).toBe(0);
  load(namespace, 'nft', 'ipv4', '*mangle\n-A FORWARD -i veth7 -j DROP\nCOMMIT\n');
  const lint = (...words: readonly string[]) =>
    runBuilt(['lint', '--live', '--namespace', namespace, '--data-dir', data, '--json', ...words], { cwd });
  const { stdout, status } = lint('--never-hit-days', '0', '--strict');
  const document = JSON.parse(stdout);
  expect(faultsOf('lint', document)).toEqual([]);
  const told = document.findings.map(
    (one: { id: string; level: string; subject: string | null; more: number; families: readonly string[] }) =>
      `${one.id} ${one.level} ${one.subject ?? ''} ${one.more} ${one.families.join()}`,
  );
  expect(told).toContain('FWL09 warning eth7 0 ipv4,ipv6');
  expect(told).toContain('FWL09 note veth7 0 ipv4');
  expect(told).toContain('FWL06 note  1 ipv4,ipv6');
  expect(status).toBe(1);
  expect(JSON.parse(lint().stdout).findings.map(({ id }: { id: string }) => id)).not.toContain('FWL06');
});

test('fw validate and fw plan warn of the same, and obey the same comments', () => {
  const name = makeNamespace();
  const rules = [
    '-p udp -j ACCEPT',
    '-p udp -j ACCEPT # fw: ignore FWL07 kept for a while',
    '-p 47 -j ACCEPT',
    '-p 47 -j ACCEPT',
    '-s 192.0.2.1 -p sctp -j ACCEPT',
    '-p sctp -j ACCEPT',
  ].map((rule) => `        - ${rule}\n`);
  const head = `namespace: ${name}\nsets:\n  seen: {type: "hash:ip", entries: [192.0.2.1]}\n`;
  const cwd = stateFolder({ 'state/a.yaml': `${head}tables:\n  filter:\n    INPUT:\n      rules:\n${rules.join('')}` });
  const data = ['--data-dir', join(cwd, 'data')];
  const validated = JSON.parse(runBuilt(['validate', '--json', ...data], { cwd }).stdout) as {
    readonly diagnostics: readonly { readonly code: string; readonly range: { readonly start: { line: number } } }[];
  };
  const told = validated.diagnostics.map(({ code, range }) => `${code} ${range.start.line}`);
  expect(told).toEqual(['FWL08 3', 'state.duplicate-rule 11', 'FWL03 12']);
  const shown = runBuilt(['plan', ...data], { cwd }).stdout;
  expect(shown).toContain('filter fw-INPUT 5: without it filter fw-INPUT 6 (state/a.yaml:13) does the same');
  expect(shown.match(/\[(?:FWL|state\.)[^\]]+\]/g)).toEqual(['[FWL08]', '[state.duplicate-rule]', '[FWL03]']);
  runBuilt(['plan', '--out', 'a.fwplan', ...data], { cwd });
  const sarif = JSON.parse(runBuilt(['show', 'a.fwplan', '--format', 'sarif', ...data], { cwd }).stdout);
  expect(sarifFaults(sarif)).toEqual([]);
  const ids = sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId);
  expect(ids).toEqual(expect.arrayContaining(['FWL08', 'state.duplicate-rule', 'FWL03']));
  expect(runBuilt(['apply', '--auto-approve', ...data], { cwd }).status).toBe(0);
  // Nothing changes, so nothing is proved anew.
  const again = runBuilt(['plan', ...data], { cwd }).stdout;
  expect(again.match(/\[(?:FWL|state\.)[^\]]+\]/g)).toEqual(['[state.duplicate-rule]', '[state.duplicate-rule]']);
});

test('where there is no state, the live rules are named as what can be judged', () => {
  const { status, stderr } = runBuilt(['lint', '--state', join(stateFolder({}), 'none')]);
  expect(status).toBe(1);
  expect(stderr).toContain('state.missing');
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('To judge the live rules instead: fw lint --live.');
});
