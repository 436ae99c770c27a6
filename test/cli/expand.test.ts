import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRule } from '../../src/core/rule-text/parse-rule.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder } from '../support/state-folder.ts';

const STATE = {
  'state/edge.yaml': [
    'namespace: edge',
    'values: {mgmt: [198.51.100.0/24, "2001:db8::/48"]}',
    'sets:',
    '  bad: {type: hash:net, entries: [203.0.113.0/24]}',
    'use:',
    '  - template: web',
    '    with: {port: 443}',
    'tables:',
    '  filter:',
    '    INPUT:',
    '      policy: DROP',
    '      rules:',
    '        - {rule: -p tcp --dport 22 -s $mgmt -j ACCEPT, id: ssh}',
    '        - -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    '',
  ].join('\n'),
  'state/lab.yaml': 'namespace: lab-*\nfamily: ipv4\ntables: {nat: {POSTROUTING: [-o eth0 -j MASQUERADE]}}\n',
  'state/_templates/web.yaml': [
    'description: Lets a port of TCP in.',
    'parameters:',
    '  port: {type: port, description: Which one.}',
    '  from: {type: list of cidr, default: [192.0.2.0/24]}',
    'tables: {filter: {INPUT: [-p tcp --dport $port -s $from -j ACCEPT]}}',
    '',
  ].join('\n'),
};

test('shows every rule that a state stands for, and both families once where they are alike', () => {
  const { status, stdout, stderr } = runBuilt(['expand', '--namespace', 'edge'], { cwd: stateFolder(STATE) });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.replaceAll(/ {2,}(?=(?:ssh, )?state\/)/g, '  ')).toBe(
    [
      'edge',
      '',
      '  set bad (fw-bad): hash:net family inet maxelem 65536',
      '    203.0.113.0/24',
      '',
      '  set bad (fw-bad-6): hash:net family inet6 maxelem 65536',
      '',
      '  filter INPUT (fw-INPUT), policy DROP, IPv4',
      '    -p tcp --dport 443 -s 192.0.2.0/24 -j ACCEPT  state/edge.yaml:6 (web.yaml:5)',
      '    -p tcp --dport 22 -s 198.51.100.0/24 -j ACCEPT  ssh, state/edge.yaml:13',
      '    -m conntrack --ctstate ESTABLISHED -j ACCEPT  state/edge.yaml:14',
      '',
      '  filter INPUT (fw-INPUT), policy DROP, IPv6',
      '    -p tcp --dport 22 -s 2001:db8::/48 -j ACCEPT  ssh, state/edge.yaml:13',
      '    -m conntrack --ctstate ESTABLISHED -j ACCEPT  state/edge.yaml:14',
      '',
    ].join('\n'),
  );
});

test('is a document of its schema, and keeps globs as they are', () => {
  const cwd = stateFolder(STATE);
  const document: unknown = JSON.parse(runBuilt(['expand', '--json', '--table', 'nat'], { cwd }).stdout);
  expect(faultsOf('expansion', document)).toEqual([]);
  expect(document).toMatchObject({
    namespaces: [
      { namespace: 'edge', tables: [] },
      { namespace: 'lab-*', tables: [{ family: 'ipv4', chains: [{ name: 'fw-POSTROUTING' }] }] },
    ],
  });
  const none = runBuilt(['expand', '--namespace', 'nosuch'], { cwd });
  expect(none).toMatchObject({ status: 64 });
  expect(none.stderr).toContain('no namespace of the state at state has such a name');
});

test('templates are listed with those of the state, and shown with their parameters', () => {
  const cwd = stateFolder(STATE);
  const listed: unknown = JSON.parse(runBuilt(['template', 'list', '--json'], { cwd }).stdout);
  expect(faultsOf('templates', listed)).toEqual([]);
  expect(listed).toMatchObject({ templates: expect.arrayContaining([expect.objectContaining({ name: 'web' })]) });
  const shown = runBuilt(['template', 'show', 'web'], { cwd });
  expect(shown.stdout).toBe(
    [
      'web: Lets a port of TCP in.',
      'state/_templates/web.yaml',
      '',
      'port  port          required                Which one.',
      'from  list of cidr  default [192.0.2.0/24]',
      '',
      'In a document:',
      '',
      '    use:',
      '      - template: web',
      '        with:',
      '          port: ...',
      '',
    ].join('\n'),
  );
  expect(faultsOf('templates', JSON.parse(runBuilt(['template', 'show', 'web', '--json'], { cwd }).stdout))).toEqual(
    [],
  );
  const typed = runBuilt(['template', 'show', 'wbe'], { cwd });
  expect(typed).toMatchObject({ status: 64 });
  expect(typed.stderr).toContain('Did you mean fw template show web?');
});

/** What the policy of docs/pipelines.md answers about a plan that adds these rules. */
function judge(rules: readonly string[]): { readonly status: number | null; readonly stdout: string } {
  const page = readFileSync(new URL('../../docs/pipelines.md', import.meta.url), 'utf8');
  const [, program = ''] = /^```jq\n(.*?)^```$/ms.exec(page) ?? [];
  const changes = rules.map((rule, at) => ({
    address: `edge/ipv4/filter/INPUT#${at + 1}`,
    type: 'rule',
    table: 'filter',
    change: { after: { rule, parsed: parseRule(rule) } },
  }));
  return spawnSync('jq', ['-er', program], { input: JSON.stringify({ resource_changes: changes }), encoding: 'utf8' });
}

test('the policy of docs/pipelines.md finds the rules that open SSH to everybody, and no others', () => {
  const open = [
    '-p tcp -m tcp --dport 22 -j ACCEPT',
    '-p tcp -m multiport --dports 20:30,80 -j ACCEPT',
    '! -s 192.0.2.1/32 -p tcp -m tcp --dport 22 -j ACCEPT',
    '-j ACCEPT',
  ];
  const closed = [
    '-s 192.0.2.0/24 -p tcp -m tcp --dport 22 -j ACCEPT',
    '-p tcp -m tcp --dport 443 -j ACCEPT',
    '-i lo -j ACCEPT',
    '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
    '-p tcp -m tcp --dport 22 -j DROP',
  ];
  expect(judge(closed)).toMatchObject({ status: 0, stdout: 'true\n' });
  const found = judge([...closed, ...open]);
  expect(found.status).toBe(1);
  expect(found.stdout.trim().split('\n')).toEqual([
    ...open.map((rule, at) => `edge/ipv4/filter/INPUT#${closed.length + at + 1}: ${rule}`),
    'false',
  ]);
});
