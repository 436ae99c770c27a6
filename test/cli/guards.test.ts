import { expect, test } from 'vitest';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const SSH = { SSH_CONNECTION: '198.51.100.7 50022 192.0.2.1 22' };

function exclusive(namespace: string, policy: string, rules: readonly string[]): string {
  const list = rules.map((rule) => `        - ${rule}\n`).join('');
  return (
    `namespace: ${namespace}\nownership: exclusive\nfamily: ipv4\ntables:\n  filter:\n    INPUT:\n` +
    `      policy: ${policy}\n      rules:${rules.length === 0 ? ' []' : ''}\n${list}`
  );
}

test('a change that shuts the own SSH connection out stops, unless it is allowed', () => {
  const ns = makeNamespace();
  // Inside the namespace fw takes it for the host, and its session for one that came in there.
  const inside = { through: ['ip', 'netns', 'exec', ns], env: SSH };
  const state = stateFolder({ 'a.yaml': exclusive('host', 'DROP', ['-p tcp --dport 443 -j ACCEPT']) });
  const args = ['--state', state, '--data-dir', dataFolder(), '--auto-approve'];
  const stopped = runBuilt(['apply', ...args], inside);
  expect(stopped.status).toBe(5);
  expect(stopped.stderr).toContain('FWG02');
  expect(stopped.stderr).toContain('--allow-lockout');
  expect(stopped.stderr).toContain('Firewall: unchanged.');
  expect(saved(ns, 'nft', 'ipv4')).toBe('');
  writeFiles(state, {
    'a.yaml': exclusive('host', 'DROP', [
      '-m conntrack --ctstate ESTABLISHED -j ACCEPT',
      '-p tcp --dport 22 -j ACCEPT',
    ]),
  });
  expect(runBuilt(['apply', ...args], inside).status).toBe(0);
  writeFiles(state, { 'a.yaml': exclusive('host', 'DROP', ['-p tcp --dport 443 -j ACCEPT']) });
  expect(runBuilt(['apply', ...args], inside).stderr).toContain('FWG02');
  const meant = ['--allow-lockout', '--allow-removal-in-use', '--allow-mass-removal'];
  expect(runBuilt(['apply', ...args, ...meant], inside).status).toBe(0);
});

test('what another table, or a setting of the kernel, makes of the own SSH connection stops as well', () => {
  const ns = makeNamespace();
  const inside = { through: ['ip', 'netns', 'exec', ns], env: SSH };
  const state = stateFolder({});
  const args = ['--state', state, '--data-dir', dataFolder(), '--auto-approve'];
  const marks = (mark: number) =>
    `namespace: host\nfamily: ipv4\ntables:\n  mangle:\n    PREROUTING:\n      - -p tcp --dport 22 -j MARK --set-mark ${mark}\n`;
  const empty = ':FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n';
  load(ns, 'nft', 'ipv4', `*filter\n:INPUT ACCEPT [0:0]\n${empty}-A INPUT -m mark --mark 0x1 -j DROP\nCOMMIT\n`);
  writeFiles(state, { 'a.yaml': marks(1) });
  const marked = runBuilt(['apply', ...args], inside);
  expect(marked.status).toBe(5);
  expect(marked.stderr).toContain('a new connection: dropped by INPUT rule 1: -m mark --mark 0x1 -j DROP');
  expect(marked.stderr).toMatch(/because of mangle fw-PREROUTING: .*-j MARK --set-xmark 0x1/);
  writeFiles(state, { 'a.yaml': marks(2) });
  expect(runBuilt(['apply', ...args], inside).status).toBe(0);

  const other = makeNamespace();
  const there = { through: ['ip', 'netns', 'exec', other], env: SSH };
  const fresh = ['--state', state, '--data-dir', dataFolder(), '--auto-approve'];
  inNamespace(other, 'sysctl', ['-qw', 'net.netfilter.nf_conntrack_tcp_loose=0']);
  writeFiles(state, {
    'a.yaml': exclusive('host', 'ACCEPT', ['-m conntrack --ctstate INVALID -j DROP', '-p tcp --dport 22 -j ACCEPT']),
  });
  const invalid = runBuilt(['apply', ...fresh], there);
  expect(invalid.status).toBe(5);
  expect(invalid.stderr).toContain('INVALID to conntrack (nf_conntrack_tcp_loose): dropped by INPUT rule 1');
  inNamespace(other, 'sysctl', ['-qw', 'net.netfilter.nf_conntrack_tcp_loose=1']);
  expect(runBuilt(['apply', ...fresh], there).status).toBe(0);
});

test('a plan that opens much stops a pipeline, the slices of several plans too, and its flag is a yes to all of it', () => {
  const ns = makeNamespace();
  const state = stateFolder({ 'a.yaml': exclusive(ns, 'DROP', ['-p tcp --dport 22 -j ACCEPT']) });
  const args = ['--state', state, '--data-dir', dataFolder()];
  const fw = (...more: readonly string[]) => runBuilt([...more, ...args], { env: { FW_ALLOW_EXPOSURE: '' } });
  const open = (...ranges: readonly string[]) =>
    writeFiles(state, {
      'a.yaml': exclusive(
        ns,
        'DROP',
        ranges.map((range) => `-p tcp --dport ${range} -j ACCEPT`),
      ),
    });
  // Nothing was dropped there, so nothing is opened.
  expect(fw('apply', '--auto-approve').status).toBe(0);
  writeFiles(state, { 'a.yaml': exclusive(ns, 'ACCEPT', ['-p tcp --dport 22 -j ACCEPT']) });
  expect(fw('plan').stdout).toMatch(/! FWG07 .* needs --allow-exposure/);
  const stopped = fw('apply', '--auto-approve');
  expect(stopped.status).toBe(5);
  expect(stopped.stderr).toContain(
    'ipv4 INPUT, tcp: from 100 % of all addresses to 65535 ports, compared with what is live',
  );
  open('22', '1000:1999');
  expect(fw('apply', '--auto-approve').status).toBe(0);
  open('22', '1000:1999', '3000:3899');
  const slices = fw('apply', '--auto-approve');
  expect(slices.status).toBe(5);
  expect(slices.stderr).toContain('to 1900 ports, compared with generation 1');
  expect(fw('apply', '--auto-approve', '--allow-exposure').status).toBe(0);
  open('22', '1000:1999', '3000:3899', '5000:5900');
  expect(fw('apply', '--auto-approve').status).toBe(0);
});

test('each other guard stops a pipeline with its evidence and its flag', () => {
  const ns = makeNamespace();
  const ports = [1, 2, 3, 4, 5].map((port) => `-p tcp --dport ${port} -j ACCEPT`);
  const state = stateFolder({ 'a.yaml': exclusive(ns, 'ACCEPT', ports) });
  const args = ['--state', state, '--data-dir', dataFolder(), '--auto-approve'];
  load(
    ns,
    'nft',
    'ipv4',
    '*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.9/32 -j DROP\nCOMMIT\n',
  );
  const foreign = runBuilt(['apply', ...args]);
  expect(foreign).toMatchObject({ status: 5 });
  expect(foreign.stderr).toContain('FWG05');
  expect(foreign.stderr).toContain('-s 192.0.2.9/32 -j DROP');
  expect(runBuilt(['apply', ...args, '--allow-foreign-removal']).status).toBe(0);

  const replace = '*filter\n[7:700] -R INPUT 5 -p tcp -m tcp --dport 5 -j ACCEPT\nCOMMIT\n';
  inNamespace(ns, 'iptables-nft-restore', ['--noflush', '--counters'], replace);
  writeFiles(state, { 'a.yaml': exclusive(ns, 'ACCEPT', ports.slice(0, 4)) });
  const inUse = runBuilt(['plan', ...args.slice(0, 4)]);
  expect(inUse.stdout).toContain('FWG04');
  const stopped = runBuilt(['apply', ...args]);
  expect(stopped.status).toBe(5);
  expect(stopped.stderr).toContain('--allow-removal-in-use');

  writeFiles(state, { 'a.yaml': exclusive(ns, 'ACCEPT', [...ports.slice(0, 1), ports[4] ?? '']) });
  const mass = runBuilt(['apply', ...args]);
  expect(mass.status).toBe(5);
  expect(mass.stderr).toContain('FWG03');

  writeFiles(state, { 'a.yaml': exclusive(ns, 'ACCEPT', []) });
  const empty = runBuilt(['apply', ...args, '--allow-removal-in-use', '--allow-mass-removal']);
  expect(empty.status).toBe(5);
  expect(empty.stderr).toContain('FWG01');
  expect(saved(ns, 'nft', 'ipv4')).toContain('--dport 5');
  expect(runBuilt(['apply', ...args, '--allow-removal-in-use', '--allow-empty']).status).toBe(0);
});

test('packets count since the last apply: what a rule matched before is no sign that it is still in use', () => {
  const ns = makeNamespace();
  const rules = [1, 2, 3, 4, 5].map((port) => `-p tcp --dport ${port} -j ACCEPT`);
  const state = stateFolder({ 'a.yaml': exclusive(ns, 'ACCEPT', rules) });
  const args = ['--state', state, '--data-dir', dataFolder(), '--auto-approve'];
  const count = (packets: number) =>
    inNamespace(
      ns,
      'iptables-nft-restore',
      ['--noflush', '--counters'],
      `*filter\n[${packets}:${packets}00] -R INPUT 5 -p tcp -m tcp --dport 5 -j ACCEPT\nCOMMIT\n`,
    );
  expect(runBuilt(['apply', ...args]).status).toBe(0);
  count(7);
  writeFiles(state, { 'a.yaml': exclusive(ns, 'ACCEPT', ['-i lo -j ACCEPT', ...rules]) });
  expect(runBuilt(['apply', ...args]).status).toBe(0);

  writeFiles(state, { 'a.yaml': exclusive(ns, 'ACCEPT', ['-i lo -j ACCEPT', ...rules.slice(0, -1)]) });
  expect(runBuilt(['plan', ...args.slice(0, 4)]).stdout).not.toContain('FWG04');
  inNamespace(ns, 'iptables-nft', ['-D', 'INPUT', '1']);
  count(9);
  inNamespace(ns, 'iptables-nft', ['-I', 'INPUT', '-i', 'lo', '-j', 'ACCEPT']);
  const used = runBuilt(['apply', ...args]);
  expect(used.status).toBe(5);
  expect(used.stderr).toMatch(/2 packets since generation 2:\s+INPUT rule 6/);
});

test('a session from another address of the same host, which comes in by lo, is not taken for one that comes from elsewhere', () => {
  const ns = makeNamespace();
  const net = [
    'link set lo up',
    'link add eth0 type veth peer name far',
    'address add 10.9.0.1/32 dev eth0',
    'address add 10.9.0.2/32 dev eth0',
    'link set eth0 up',
    'route add 198.51.100.0/24 dev eth0',
  ];
  expect(inNamespace(ns, 'ip', ['-batch', '-'], net.join('\n'))).toMatchObject({ status: 0 });
  const state = stateFolder({ 'a.yaml': exclusive('host', 'ACCEPT', ['-i lo -p tcp --dport 22 -j DROP']) });
  const plan = (client: string) =>
    runBuilt(['plan', '--state', state, '--data-dir', dataFolder()], {
      through: ['ip', 'netns', 'exec', ns],
      env: { SSH_CONNECTION: `${client} 50022 10.9.0.2 22` },
    });
  expect(plan('10.9.0.1').stdout).toContain('a new connection: dropped by INPUT rule 1: -i lo -p tcp');
  // No route leads to this client: which interface it would come by is not known.
  expect(plan('192.0.2.9').stdout).toContain('a new connection: may be dropped by INPUT rule 1: -i lo -p tcp');
  expect(plan('198.51.100.7').stdout).not.toContain('FWG02');
});
