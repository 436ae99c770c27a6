import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const AT_TERMINAL = fileURLToPath(new URL('../support/at-terminal.py', import.meta.url));

type Line = Readonly<Record<string, unknown>> & { readonly address: string };

function document(namespace: string, rules: readonly string[]): string {
  return `namespace: ${namespace}\nstate: edge\ntables:\n  filter:\n    INPUT:\n      policy: DROP\n      rules:\n${rules.map((rule) => `        - ${rule}\n`).join('')}`;
}

function setUp(rules: readonly string[]) {
  const ns = makeNamespace('counters');
  const data = dataFolder();
  const state = stateFolder({ 'a.yaml': document(ns, rules) });
  const fw = (...words: readonly string[]) =>
    runBuilt([...words, ...(words.includes('--data-dir') ? [] : ['--data-dir', data])]);
  const apply = () => fw('apply', '--state', state, '--auto-approve');
  const lines = (...words: readonly string[]): readonly Line[] =>
    fw('counters', '--namespace', ns, '--json', ...words)
      .stdout.split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
  return { ns, data, state, fw, apply, lines };
}

test('counters of rules and policies stand beside the apply and the line that brought them', () => {
  const { ns, state, fw, apply, lines } = setUp(['-p icmp -j ACCEPT']);
  expect(fw('counters', '--namespace', ns).stdout).toMatch(
    new RegExp(
      `^Nothing is counted in ${ns}: iptables has no rule and no policy there\\.\\n.*--namespace NAME.*fw init\\.\\n$`,
    ),
  );
  expect(apply().status).toBe(0);
  writeFiles(state, {
    'a.yaml': document(ns, ['-p icmp -j ACCEPT', '-p udp -j DROP']),
  });
  expect(apply().status).toBe(0);
  inNamespace(ns, 'iptables', ['-A', 'FORWARD', '-m', 'comment', '--comment', '\u001b[2J', '-j', 'DROP']);
  // Until somebody sets it, iptables-nft has no counter at this policy.
  inNamespace(ns, 'iptables', ['-P', 'OUTPUT', 'ACCEPT']);
  inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
  inNamespace(ns, 'ping', ['-q', '-c', '1', '127.0.0.1']);

  const all = lines();
  expect(all.flatMap((line) => faultsOf('counters', line))).toEqual([]);
  const at = (place: string) => all.find(({ address }) => address === `${ns}/${place}`);
  // The request and the answer, on the loopback.
  expect(at('ipv4/filter/fw-INPUT#1')).toMatchObject({
    packets: '2',
    bytes: '168',
    owner: 'state',
    state: 'edge',
    generation: 1,
    or_earlier: false,
  });
  expect(at('ipv4/filter/fw-INPUT#1')?.origin).toMatch(/a\.yaml:8$/);
  expect(at('ipv4/filter/fw-INPUT#2')).toMatchObject({ packets: '0', generation: 2 });
  expect(at('ipv4/filter/INPUT#1')).toMatchObject({ packets: '2', generation: 1, text: '-j fw-INPUT' });
  expect(at('ipv4/filter/INPUT#policy')).toMatchObject({ packets: '0', generation: 1, text: 'policy DROP' });
  expect(at('ipv4/filter/OUTPUT#policy')).toMatchObject({
    packets: '2',
    sure: true,
    owner: 'kernel',
    generation: null,
  });
  expect(at('ipv4/filter/FORWARD#policy')).toMatchObject({ packets: '0', sure: false, owner: 'kernel' });
  expect(at('ipv4/filter/FORWARD#1')).toMatchObject({ owner: 'foreign', text: expect.stringContaining('\u001b') });

  const text = fw('counters', '--namespace', ns, '--chain', 'FORWARD').stdout;
  expect(text).toContain('\\x1b[2J');
  expect(text).not.toContain('\u001b');

  // Only read: what was counted is still there.
  expect(lines()).toEqual(all);
});

test('filters and order choose what is shown, and what is not there is said', () => {
  const { ns, fw, apply, lines } = setUp(['-p udp -j DROP', '-p icmp -j ACCEPT']);
  apply();
  inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
  inNamespace(ns, 'ping', ['-q', '-c', '1', '127.0.0.1']);
  const found = (...words: readonly string[]) => lines(...words).map(({ address }) => address.slice(ns.length + 1));
  expect(found('--dropping', '--family', 'ipv4')).toEqual(['ipv4/filter/INPUT#policy', 'ipv4/filter/fw-INPUT#1']);
  expect(found('--chain', 'INPUT', '--top', '2')).toEqual(['ipv4/filter/INPUT#1', 'ipv4/filter/fw-INPUT#2']);
  expect(fw('counters', '--namespace', ns, '--since', '2')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('there is no generation 2: kept are 1'),
  });
  expect(fw('counters', '--namespace', ns, '--chain', 'INPTU')).toMatchObject({
    status: 64,
    stderr: expect.stringContaining('Did you mean INPUT?'),
  });
  expect(fw('counters', '--namespace', ns, '--chain', 'POSTROUTING')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(
      /^No counter is as asked for\. Without the filters: \d+ counters of rules and policies\.\n$/,
    ),
  });
  expect(fw('counters', '--namespace', `${ns}-no`).stderr).toContain('there is no network namespace');
});

test('a reader is told what was counted since its own last call, and its baseline moves once that is written', () => {
  const { ns, data, fw, apply } = setUp(['-p icmp -j ACCEPT']);
  const ask = (reader: string, options = {}) =>
    runBuilt(['counters', '--namespace', ns, '--data-dir', data, '--since-last', reader, '--json'], options);
  const told = (reader: string) => {
    const lines = ask(reader)
      .stdout.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines.flatMap((line) => faultsOf('counters', line))).toEqual([]);
    const rule = lines.find(({ text, family }) => text === '-p icmp -j ACCEPT' && family === 'ipv4');
    return { why: lines[0]?.why, packets: rule?.packets, change: rule?.change };
  };
  expect(apply().status).toBe(0);
  inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
  inNamespace(ns, 'ping', ['-q', '-c', '1', '127.0.0.1']);
  expect(told('one')).toEqual({ why: 'first', packets: '2', change: 'first' });
  inNamespace(ns, 'ping', ['-q', '-c', '1', '127.0.0.1']);
  expect(told('two')).toEqual({ why: 'first', packets: '4', change: 'first' });
  // A full disk where the output goes: the reader is told it again.
  const lost = runBuilt(['counters', '--namespace', ns, '--data-dir', data, '--since-last', 'one'], {
    through: ['sh', '-c', 'exec "$@" > /dev/full', 'sh'],
  });
  expect(lost).toMatchObject({ status: 1, stderr: expect.stringContaining('its next call tells it again') });
  expect(told('one')).toEqual({ why: null, packets: '2', change: 'counted' });
  const folder = join(data, 'counters');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'one.json')).mode & 0o777).toBe(0o600);
  const text = fw('counters', '--namespace', ns, '--since-last', 'two').stdout;
  expect(text).toMatch(new RegExp(`^Reader two, ${ns}: since 20`));
  expect(text).toContain('counters counted nothing.');

  expect(ask('../x')).toMatchObject({ status: 64, stderr: '' });
  writeFileSync(join(folder, 'one.json'), '{', { mode: 0o600 });
  expect(ask('one')).toMatchObject({ status: 1, stdout: expect.stringContaining('is no baseline') });
  const none = fw('counters', '--namespace', ns, '--since-last', 'x', '--data-dir', join(data, 'none'));
  expect(none).toMatchObject({ status: 1, stderr: expect.stringContaining('there is no data folder') });
});

test('metrics have the ids of rules, go on where a rule is edited, also while the apply waits, and promtool has nothing to say', () => {
  const web = (more: string) => `{rule: -p icmp ${more} -j ACCEPT, id: ping}`;
  const { ns, data, state, fw, apply } = setUp([web(''), '-p udp -m comment --comment "say \\"dns\\"" -j DROP']);
  const file = join(data, 'fw.prom');
  const metrics = () => {
    expect(fw('counters', '--namespace', ns, '--metrics', file)).toMatchObject({ status: 0, stdout: '' });
    const text = readFileSync(file, 'utf8');
    return (start: string) =>
      text
        .split('\n')
        .find((line) => line.startsWith(start))
        ?.slice(start.length + 1);
  };
  const ping = (rule = 'ping') =>
    `fw_rule_packets_total{namespace="${ns}",family="ipv4",table="filter",chain="fw-INPUT",rule="${rule}"}`;
  const policy = `fw_policy_packets_total{namespace="${ns}",family="ipv4",table="filter",chain="INPUT"}`;
  inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
  const send = () => inNamespace(ns, 'ping', ['-q', '-c', '1', '127.0.0.1']);
  expect(apply().status).toBe(0);
  send();
  expect(metrics()(ping())).toBe('2');
  writeFiles(state, { 'a.yaml': document(ns, [web('-m length --length 20:100')]) });
  expect(fw('apply', '--state', state, '--auto-approve', '--confirm', '5m').status).toBe(0);
  send();
  expect(metrics()(ping())).toBe('4');
  expect(fw('confirm').status).toBe(0);
  send();
  const now = metrics();
  expect([now(ping()), now(policy), now(ping('say \\"dns\\"'))]).toEqual(['6', '0', undefined]);
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(statSync(join(data, 'counters', '_metrics.json')).mode & 0o777).toBe(0o600);
  const env = { PATH: `${process.cwd()}/node_modules/.cache/promtool:${process.env.PATH ?? ''}` };
  const input = readFileSync(file);
  expect(spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8', env })).toMatchObject({
    status: 0,
    stdout: '',
    stderr: '',
  });
  const chosen = fw('counters', '--namespace', ns, '--metrics', '-', '--chain', 'FORWARD', '--family', 'ipv4');
  expect(chosen).toMatchObject({ status: 0, stdout: '' });
  const missing = fw('counters', '--namespace', ns, '--metrics', join(data, 'none/fw.prom'));
  expect(missing).toMatchObject({ status: 1, stderr: expect.stringContaining('What was counted is kept') });
});

test('what is watched ends with q or Ctrl-C and leaves the screen as it was, is lines where no cursor is moved, and ends with its reader', () => {
  const { ns, data } = setUp([]);
  inNamespace(ns, 'iptables', ['-A', 'INPUT', '-p', 'icmp', '-j', 'ACCEPT']);
  const watch = (through: readonly string[], TERM: string) =>
    runBuilt(['counters', '--watch', '--interval', '1s', '--namespace', ns, '--data-dir', data], {
      through,
      env: { TERM },
    });
  const drawn = watch(['python3', AT_TERMINAL, '80', '24', ' s  q ends', 'q'], 'xterm');
  expect(drawn.status).toBe(0);
  expect(drawn.stdout.startsWith('\x1b[?1049h')).toBe(true);
  expect(drawn.stdout.slice(-20)).toContain('\x1b[?1049l');
  expect(drawn.stdout).toContain(`${ns}/ipv4/filter/INPUT#1`);
  // Never the lines that can be scrolled back to.
  expect(drawn.stdout).not.toContain('\x1b[3J');
  const lines = watch(['python3', AT_TERMINAL, '80', '24', 'counters counted', '\x03'], 'dumb');
  expect(lines.status).toBe(0);
  expect(lines.stdout).toMatch(/^20.* 4 counters; rates from the next look on\r\n20.* s, 0 of 4 counters counted\r\n/);
  expect(lines.stdout).not.toContain('\x1b');
  const piped = watch(['bash', '--norc', '-c', 'set -o pipefail; "$@" | head -n 1', 'bash'], 'dumb');
  expect(piped).toMatchObject({ status: 0, stderr: '' });
  expect(runBuilt(['counters', '--interval', '1s', '--data-dir', data]).status).toBe(64);
});
