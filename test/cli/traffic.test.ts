import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf, readStream } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const SILENCE = 'Traffic: no new or running connection changes (proved).';

function document(ns: string, rules: readonly string[], more = ''): string {
  const lines = rules.map((rule) => `        - ${rule}`);
  return [
    `namespace: ${ns}`,
    'family: ipv4',
    'ownership: exclusive',
    'tables:',
    '  filter:',
    '    INPUT:',
    '      policy: DROP',
    '      rules:',
    ...lines,
    more,
    '',
  ].join('\n');
}

const ESTABLISHED = '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';
const SSH = '-p tcp -m tcp --dport 22 -j ACCEPT';

function setUp(rules: readonly string[]) {
  const ns = makeNamespace();
  const folder = stateFolder({ 'state/a.yaml': document(ns, rules) });
  const data = dataFolder();
  const fw = (...words: readonly string[]) => runBuilt([...words, '--data-dir', data], { cwd: folder });
  const restate = (next: readonly string[], more = '') =>
    writeFiles(folder, { 'state/a.yaml': document(ns, next, more) });
  return { ns, fw, restate };
}

test('plan, saved plan, diff, apply and rollback say which packets are opened, with the line that opens them', () => {
  const { ns, fw, restate } = setUp([ESTABLISHED, SSH]);
  expect(fw('apply', '--auto-approve').status).toBe(0);
  restate([ESTABLISHED, SSH, '-s 192.0.2.0/24 -p tcp -m tcp --dport 8080 -j ACCEPT']);
  const opened = /opened {2}tcp 192\.0\.2\.0\/24 -> any port 8080\n.*-> ACCEPT by filter INPUT 3\s+state\/a\.yaml:11\n/;
  inNamespace(ns, 'nft', ['add', 'table', 'inet', 'firewalld']);
  const planned = fw('plan', '--out', 'a.fwplan');
  expect(planned).toMatchObject({ status: 0, stderr: '' });
  expect(planned.stdout).toMatch(opened);
  expect(planned.stdout).toContain('Traffic: 1 opened, 0 closed, 0 other.\nNot looked at: table inet firewalld.\n');
  const shown = fw('show', 'a.fwplan').stdout;
  expect(shown).toMatch(opened);
  expect(shown).toContain('Supposing that the tables which the plan leaves alone');
  expect(fw('show', 'a.fwplan', '--traffic', 'none').stdout).not.toContain('Traffic');
  const json = JSON.parse(fw('show', 'a.fwplan', '--json').stdout) as { readonly traffic: unknown };
  expect(faultsOf('plan-document', json)).toEqual([]);
  expect(json.traffic).toMatchObject([{ namespaces: [ns], supposing: 'untouched-as-declared' }]);
  expect(fw('diff', 'last', 'a.fwplan').stdout).toMatch(/opened {2}tcp 192\.0\.2\.0\/24 -> any port 8080/);
  expect(fw('diff', 'last', 'live').stdout).not.toContain('Traffic');

  const applied = readStream(fw('apply', '--auto-approve', '--json').stdout);
  const [told] = applied.filter(({ type }) => type === 'traffic');
  expect(told).toMatchObject({ traffic: { not_looked_at: ['inet firewalld'] } });
  expect(told?.traffic).toMatchObject({
    namespaces: [ns],
    supposing: null,
    paths: [{ path: 'INPUT', connections: 'new', claim: 'exact', regions: [{ effect: 'opened' }] }, {}, {}, {}, {}, {}],
  });
  const back = fw('rollback', '--auto-approve', '--allow-removal-in-use');
  expect(back.stdout).toMatch(/closed {2}tcp 192\.0\.2\.0\/24 -> any port 8080\n/);
  expect(back.stdout).toContain('Traffic: 0 opened, 1 closed, 0 other.');
});

test('silence is proved, said, and left out where nobody asks', () => {
  const { fw, restate } = setUp([ESTABLISHED, SSH]);
  fw('apply', '--auto-approve');
  restate([ESTABLISHED, '-p tcp -m tcp --dport 22 -m comment --comment "what it is for" -j ACCEPT']);
  const planned = fw('plan').stdout;
  expect(planned).toContain(SILENCE);
  expect(fw('plan', '--traffic', 'none').stdout).not.toContain('Traffic');
  const none = readStream(fw('plan', '--traffic', 'none', '--json').stdout);
  expect(none.some(({ type }) => type === 'traffic')).toBe(false);
});

test('a table that the plan leaves alone decides too', () => {
  const { ns, fw } = setUp([ESTABLISHED, SSH, '-p tcp -m tcp --dport 8080 -j ACCEPT']);
  inNamespace(ns, 'iptables', ['-t', 'mangle', '-A', 'PREROUTING', '-p', 'tcp', '--dport', '8080', '-j', 'DROP']);
  const { stdout } = fw('plan');
  expect(stdout).toContain('closed');
  expect(stdout).not.toMatch(/-> any port 22,8080/);
});

test('a saved plan tells what its sets open, where rules ask a set that it makes or changes', () => {
  const ns = makeNamespace();
  const state = (entries: readonly string[], rule: string) =>
    JSON.stringify({
      namespace: ns,
      ownership: 'exclusive',
      sets: { mgmt: { type: 'hash:net', entries } },
      tables: { filter: { INPUT: { policy: 'DROP', rules: [ESTABLISHED, rule] } } },
    });
  const asks = '-m set --match-set mgmt src -j ACCEPT';
  const many = Array.from({ length: 9 }, (_, at) => `198.51.100.${at + 1}`);
  const folder = stateFolder({ 'state/a.yaml': state([], SSH) });
  const data = dataFolder();
  const fw = (...words: readonly string[]) => runBuilt([...words, '--data-dir', data], { cwd: folder });
  const next = (entries: readonly string[]) => {
    expect(fw('apply', '--auto-approve', '--allow-mass-removal', '--allow-removal-in-use').status).toBe(0);
    writeFiles(folder, { 'state/a.yaml': state(entries, asks) });
    const planned = fw('plan', '--out', 'a.fwplan', '--family', 'ipv4').stdout;
    const shown = fw('show', 'a.fwplan').stdout;
    const changes = (text: string) => text.match(/^ +(?:opened|closed) .*$/gm);
    expect(shown).not.toContain('not judged');
    expect(changes(shown)).toEqual(changes(planned));
    return changes(shown)?.join('\n') ?? '';
  };
  // Made, changed entry by entry, replaced as a whole.
  expect(next([...many, '192.0.2.0/24'])).toMatch(/opened .*192\.0\.2\.0\/24/);
  expect(next([...many, '192.0.2.0/25'])).toMatch(/closed {2}any 192\.0\.2\.128\/25 -> any/);
  expect(next(['203.0.113.0/24'])).toMatch(/opened {2}any 203\.0\.113\.0\/24 -> any/);
});
