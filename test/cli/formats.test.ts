import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf, readStream } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const HOSTILE = '@admin ``` </details> <img src=x> ](http://192.0.2.1) | %0A::error::x ]]> --> #1';

function setUp() {
  const ns = makeNamespace();
  const folder = stateFolder({
    'state/a.yaml': [
      `namespace: ${ns}`,
      'tables:',
      '  filter:',
      '    INPUT:',
      '      policy: DROP',
      '      rules:',
      `        - {rule: -p tcp --dport ssh -j ACCEPT, comment: "${HOSTILE}"}`,
      '',
    ].join('\n'),
  });
  const data = ['--data-dir', dataFolder()];
  const state = ['--state', 'state'];
  const fw = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runBuilt([...words, ...data], { cwd: folder, env });
  return { ns, folder, data: data[1] ?? '', state, fw };
}

function deadlineOf(confirm: unknown): string {
  return (confirm as { readonly deadline: string }).deadline;
}

function failingCheck(ns: string): Readonly<Record<string, string>> {
  return { 'state/check.yaml': `namespace: ${ns}\nchecks:\n  - {command: [/bin/false], retries: 0}\n` };
}

test('a plan file is as its schema says, and so is the document that fw show makes of it', () => {
  const { folder, state, fw } = setUp();
  fw(['plan', ...state, '--out', 'a.fwplan']);
  expect(faultsOf('plan-file', JSON.parse(readFileSync(join(folder, 'a.fwplan'), 'utf8')))).toEqual([]);
  const document: unknown = JSON.parse(fw(['show', 'a.fwplan', '--json']).stdout);
  expect(faultsOf('plan-document', document)).toEqual([]);
  expect(fw(['show', 'a.fwplan', '--format', 'json']).stdout).toBe(`${JSON.stringify(document)}\n`);
  expect(document).toMatchObject({ applyable: true, summary: { add: 4, policies: 2 } });
});

test('jq selects what a plan does as it does for Terraform', () => {
  const { ns, folder, state, fw } = setUp();
  fw(['plan', ...state, '--out', 'a.fwplan']);
  const query = '.resource_changes[] | select(.change.actions | index("update")) | .address';
  const { stdout } = spawnSync('jq', ['-r', query], {
    input: fw(['show', 'a.fwplan', '--json']).stdout,
    encoding: 'utf8',
    cwd: folder,
  });
  expect(stdout).toBe(`${ns}/ipv4/filter/INPUT#policy\n${ns}/ipv6/filter/INPUT#policy\n`);
});

test('an apply streams what it does, and people read the same run on stdout', () => {
  const { ns, folder, state, fw } = setUp();
  const applied = fw(['apply', ...state, '--auto-approve', '--json-out', 'run.ndjson']);
  expect(applied).toMatchObject({ status: 0, stderr: '' });
  expect(applied.stdout).toContain('Generation 1.');
  expect(statSync(join(folder, 'run.ndjson')).mode & 0o777).toBe(0o600);
  const lines = readStream(readFileSync(join(folder, 'run.ndjson'), 'utf8'));
  const types = lines.map(({ type }) => type);
  const told = types.filter((type) => type !== 'log' && type !== 'planned_change');
  expect(told).toEqual([
    'version',
    'target_read',
    'target_read',
    'traffic',
    'connections',
    'connections',
    'change_summary',
    'apply_start',
    'apply_complete',
    'apply_start',
    'apply_complete',
    'verify',
    'verify',
    'result',
  ]);
  expect(types.filter((type) => type === 'planned_change')).toHaveLength(8);
  expect(lines.at(-1)).toMatchObject({ exit_code: 0, changed: true, generation: 1, error: null });
  expect(saved(ns, 'nft', 'ipv4')).toContain('--dport 22');
});

test('a failing apply ends its stream with diagnostics and a result, on stdout and in a file', () => {
  const { ns, folder, state, fw } = setUp();
  writeFiles(folder, failingCheck(ns));
  const failed = fw(['apply', ...state, '--auto-approve', '--json', '--json-out', 'run.ndjson']);
  expect(failed.status).toBe(8);
  const lines = readStream(failed.stdout);
  const types = lines.map(({ type }) => type);
  expect(types.slice(types.indexOf('rollback_start'))).toEqual([
    'rollback_start',
    'rollback_complete',
    'rollback_complete',
    'diagnostic',
    'result',
  ]);
  expect(lines.at(-1)).toMatchObject({ exit_code: 8, changed: false, firewall: 'rolled back and verified' });
  const kept = readStream(readFileSync(join(folder, 'run.ndjson'), 'utf8'));
  expect(kept.map(({ type }) => type)).toEqual(types);
});

test('an apply that waits says until when, and its receipt says whether it was confirmed', () => {
  const { data, state, fw } = setUp();
  const lines = readStream(fw(['apply', ...state, '--auto-approve', '--confirm', '5m', '--json']).stdout);
  const pending = lines.find(({ type }) => type === 'confirm_pending');
  expect(lines.at(-1)).toMatchObject({ type: 'result', generation: null, pending: pending?.confirm });
  const status: unknown = JSON.parse(fw(['status', '--json']).stdout);
  expect(faultsOf('status', status)).toEqual([]);
  expect(fw(['show', 'receipt-1']).stderr).toContain('there is no receipt of generation 1');
  expect(fw(['confirm']).status).toBe(0);
  const receipt: unknown = JSON.parse(fw(['show', 'receipt-1', '--json']).stdout);
  expect(faultsOf('receipt', receipt)).toEqual([]);
  expect(receipt).toMatchObject({
    generation: 1,
    confirm: { confirmed: true, deadline: deadlineOf(pending?.confirm) },
  });
  const shown = fw(['show', 'receipt-1']).stdout;
  expect(shown).toContain(': confirmed\n');
  expect(shown).toMatch(/IPv4, new connections to this host: exactly these change: .*1 closed\n/);
  expect(readdirSync(join(data, 'receipts'))).toEqual(['1.json']);
});

test('a receipt has the digests that the kernel gave back, and is refused when it was altered', () => {
  const { data, state, fw } = setUp();
  fw(['plan', ...state, '--out', 'a.fwplan']);
  const planned = JSON.parse(fw(['show', 'a.fwplan', '--json']).stdout) as {
    targets: { tables: { filter: { after: string } } }[];
  };
  fw(['apply', 'a.fwplan']);
  const receipt = JSON.parse(fw(['show', 'receipt-1', '--json']).stdout) as { tables: { live: string }[] };
  expect(receipt.tables.map(({ live }) => live)).toEqual(planned.targets.map(({ tables }) => tables.filter.after));
  const file = join(data, 'receipts/1.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"operator":"', '"operator":"not-'));
  expect(fw(['show', 'receipt-1']).stderr).toContain('altered');
});

test('an apply that is rolled back leaves no receipt', () => {
  const { ns, folder, data, state, fw } = setUp();
  writeFiles(folder, failingCheck(ns));
  expect(fw(['apply', ...state, '--auto-approve']).status).toBe(8);
  expect(existsSync(join(data, 'receipts')) ? readdirSync(join(data, 'receipts')) : []).toEqual([]);
});

test('generations and live rules are shown as text, lines, JSON and restore text', () => {
  const { ns, state, fw } = setUp();
  fw(['apply', ...state, '--auto-approve']);
  const generation: unknown = JSON.parse(fw(['show', 'last', '--json']).stdout);
  expect(faultsOf('generation', generation)).toEqual([]);
  expect(fw(['show', '1']).stdout).toContain('state/a.yaml:7');
  const live: unknown = JSON.parse(fw(['show', 'live', '--namespace', ns, '--json']).stdout);
  expect(faultsOf('live', live)).toEqual([]);
  const restore = fw(['show', 'live', '--namespace', ns, '--format', 'restore']).stdout;
  const text = restore.split(/^# .*\n/m)[1] ?? '';
  inNamespace(ns, 'iptables', ['-F']);
  expect(inNamespace(ns, 'iptables-restore', ['--counters'], text).status).toBe(0);
  expect(saved(ns, 'nft', 'ipv4')).toContain('--dport 22');
  const lines = fw(['show', 'last', '--format', 'lines']).stdout.split('\n');
  expect(lines[0]).toBe(`${ns}\tipv4\tfilter\tINPUT\tpolicy\tDROP`);
  const refused = fw(['show', 'last', '--format', 'sarif']);
  expect(refused.status).toBe(64);
  expect(refused.stderr).toContain('Choose one of text, summary, lines, restore, json.');
});

test('drift is a document of what came and went', () => {
  const { ns, state, fw } = setUp();
  fw(['apply', ...state, '--auto-approve']);
  inNamespace(ns, 'iptables', ['-I', 'fw-INPUT', '-s', '203.0.113.9', '-j', 'ACCEPT']);
  const ran = fw(['drift', '--json']);
  expect(ran.status).toBe(2);
  const drift: unknown = JSON.parse(ran.stdout);
  expect(faultsOf('drift', drift)).toEqual([]);
  expect(drift).toMatchObject({ in_sync: false, resource_drift: [{ change: { actions: ['create'] } }] });
});

test('metrics are replaced as a whole, readable by the collector, and promtool has nothing to say about them', () => {
  const { ns, folder, state, fw } = setUp();
  const read = () => readFileSync(join(folder, 'fw.prom'), 'utf8');
  const check = () => spawnSync('promtool', ['check', 'metrics'], { input: read(), encoding: 'utf8', env: ENV });
  const metrics = ['--metrics', 'fw.prom'];
  const ENV = { PATH: `${process.cwd()}/node_modules/.cache/promtool:${process.env.PATH ?? ''}` };
  for (const words of [['plan', ...state], ['apply', ...state, '--auto-approve'], ['drift'], ['status']]) {
    expect(fw([...words, ...metrics])).toMatchObject({ status: 0, stderr: '' });
    expect(check()).toMatchObject({ status: 0, stdout: '', stderr: '' });
  }
  expect(statSync(join(folder, 'fw.prom')).mode & 0o777).toBe(0o644);
  inNamespace(ns, 'iptables', ['-F', 'fw-INPUT']);
  expect(fw(['drift', ...metrics]).status).toBe(2);
  expect(read()).toContain(`fw_drift_rules{namespace="${ns}",family="ipv4"} 1\n`);
  expect(read()).toContain('fw_in_sync 0\n');
  writeFiles(folder, failingCheck(ns));
  const failed = fw(['apply', ...state, '--auto-approve', ...metrics]);
  expect(failed.status).toBe(8);
  expect(failed.stderr).not.toContain('the metrics are not written');
  expect(read()).toContain('fw_last_apply_success 0\n');
  expect(check()).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(readdirSync(folder).sort()).toEqual(['fw.prom', 'state']);
});

test('a pipeline gets outputs and a summary, also of a failure, and only in files that it has made', () => {
  const { folder, state, fw } = setUp();
  const env = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  const without = fw(['plan', ...state, '--detailed-exitcode'], env);
  expect(without.status).toBe(2);
  expect(without.stderr).toContain('the file of GITHUB_OUTPUT is not written');
  expect(existsSync(env.GITHUB_OUTPUT)).toBe(false);
  writeFiles(folder, { output: '', summary: '' });
  expect(fw(['plan', ...state, '--detailed-exitcode'], env)).toMatchObject({ status: 2, stderr: '' });
  const output = readFileSync(env.GITHUB_OUTPUT, 'utf8');
  expect(output).toMatch(
    /^changed=true\nexitcode=2\ntransition=[0-9a-f]{64}\.\.[0-9a-f]{64}\nsummary=add 4, .*\napproval=sha256:[0-9a-f]{64}\nclass=closes\ngeneration=\n$/,
  );
  expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('### fw plan: ');
  writeFiles(folder, { output: '', summary: '' });
  expect(fw(['apply', ...state], env).status).toBe(6);
  expect(readFileSync(env.GITHUB_OUTPUT, 'utf8')).toContain('changed=false\nexitcode=6\n');
  expect(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('Exit 6. Firewall: unchanged.');
});

test('a file of JSON that cannot be made stops a run before it begins', () => {
  const { ns, state, fw } = setUp();
  const failed = fw(['apply', ...state, '--auto-approve', '--json-out', 'nowhere/run.ndjson']);
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain('cannot write nowhere/run.ndjson');
  expect(saved(ns, 'nft', 'ipv4')).toBe('');
});

test('logs are one JSON object for each warning and error, on stderr, and the result stays what it is', () => {
  const { folder, state, fw } = setUp();
  const asJson = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  const failed = fw(['plan', '--state', 'nowhere', '--log-format', 'json']);
  expect(failed).toMatchObject({ status: 1, stdout: '' });
  expect(asJson(failed.stderr)).toMatchObject([
    { '@level': 'error', '@message': expect.stringContaining('[state.missing]'), type: 'log' },
  ]);
  const warned = fw(['plan', ...state], { FW_LOG_FORMAT: 'json', GITHUB_OUTPUT: join(folder, 'nowhere') });
  expect(warned.stdout).toContain('Plan: 4 to add');
  expect(asJson(warned.stderr)).toMatchObject([{ '@level': 'warn', type: 'log' }]);
});
