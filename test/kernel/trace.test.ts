import { expect, test } from 'vitest';
import { apply, dataFolder, realPorts } from '../support/fw.ts';
import { inNamespace, load } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder } from '../support/state-folder.ts';
import { makePair } from '../support/veth-pair.ts';

const SSH = ['trace', 'tcp', '10.77.0.2:40000', '10.77.0.1:22', '--in', 'v0'];

test.each(['nft', 'legacy'] as const)('a packet is followed where fw never applied anything (%s)', (backend) => {
  const { server } = makePair();
  load(
    server,
    backend,
    'ipv4',
    [
      '*nat',
      '-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.77.0.2:80',
      'COMMIT',
      '*filter',
      ':INPUT DROP [0:0]',
      ':FORWARD DROP [0:0]',
      '-A INPUT -s 10.77.0.0/24 -p tcp -m tcp --dport 22 -j ACCEPT',
      '-A INPUT -p icmp -m limit --limit 5/sec -j ACCEPT',
      '-A FORWARD -d 10.77.0.2/32 -o v0 -m conntrack --ctstate DNAT -j ACCEPT',
      'COMMIT',
      '',
    ].join('\n'),
  );
  inNamespace(server, 'sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
  const trace = (...args: readonly string[]) => runBuilt([...args, '--namespace', server]);

  const ssh = trace(...SSH);
  expect(ssh.stdout).toContain('in v0, NEW SYN, to this host\n');
  expect(ssh.stdout.endsWith('Final verdict: ACCEPT by filter INPUT 1\n')).toBe(true);

  const forwarded = trace('trace', 'tcp', '10.77.0.9:40000', '10.77.0.1:8080', '--in', 'v0', '--json');
  const document = JSON.parse(forwarded.stdout);
  expect(faultsOf('trace', document)).toEqual([]);
  expect(document.way).toMatchObject({
    verdict: 'accept',
    to: '10.77.0.2:80',
    decided_by: { chain: 'FORWARD', rule: 1 },
  });

  const ping = trace('trace', 'icmp', '10.77.0.2', '10.77.0.1', '--in', 'v0');
  expect(ping.stdout).toContain('? limit 5/sec of filter INPUT 2');
  expect(ping.stdout).toContain(
    'Final verdict: depends on the answers above: ACCEPT by filter INPUT 2; or DROP by the policy of filter INPUT\n',
  );

  for (const sent of [
    SSH,
    ['trace', 'icmp', '10.77.0.2', '10.77.0.1', '--in', 'v0'],
    ['trace', 'tcp', '10.77.0.9:40000', '10.77.0.1:8080', '--in', 'v0'],
  ]) {
    const beside = trace(...sent, '--kernel');
    expect([
      beside.status,
      beside.stderr,
      beside.stdout.includes('The kernel, on a copy of these rules, did the same.\n'),
    ]).toEqual([0, '', true]);
  }

  const lost = trace('trace', 'tcp', '10.77.0.2:40000', '192.0.2.9:22', '--in', 'v0');
  expect(lost.stdout).toContain('note: The routes do not say where the packet goes');
  expect(lost.stdout).toContain('if the packet goes the way of the note\n');
  expect(trace('trace', 'tcp', '10.77.0.2', '10.77.0.1:22').stderr).toContain('the source has no port');

  const own = trace('trace', 'tcp', '10.77.0.1:40000', '10.77.0.2:22').stdout;
  expect(own).not.toContain('note:');
  const others = trace('trace', 'tcp', '10.77.0.2:40000', '10.77.0.1:22').stdout;
  expect(others).toContain('note: 10.77.0.2 is not known as an address of this host');
  expect(others).toContain(
    'Final verdict: ACCEPT by the policy of filter OUTPUT, if the packet goes the way of the note\n',
  );
});

test('of a rule its place and its apply are told, of a state what it would do', async () => {
  const { server } = makePair();
  const folder = stateFolder({
    'edge.yaml': [
      `namespace: ${server}`,
      'ownership: shared',
      'tables:',
      '  filter:',
      '    INPUT:',
      '      policy: DROP',
      '      rules:',
      '        - -p tcp -m tcp --dport 22 -j ACCEPT',
      '',
    ].join('\n'),
  });
  const data = dataFolder();
  const trace = (...args: readonly string[]) => runBuilt([...SSH, '--namespace', server, '--data-dir', data, ...args]);
  expect(trace().stdout).toContain('Final verdict: ACCEPT by the policy of filter INPUT\n');
  expect(trace('--state', 'established')).toMatchObject({ status: 64, stderr: expect.stringContaining('--ctstate') });
  const desired = trace('--desired', '--state', folder);
  expect(desired.stdout).toContain('edge.yaml:8');
  expect(desired.stdout).toMatch(/Final verdict: ACCEPT by filter \S+ 1\n$/);
  await apply(folder, realPorts(undefined, data));
  const applied = trace();
  expect(applied.stdout).toMatch(/edge\.yaml:8, generation 1 by test, \d+ packets/);
  expect(applied.stdout).toMatch(/Final verdict: ACCEPT by filter \S+ 1\n$/);
});

test('of many rules whose text was never proven a note says so, until a plan has proven it', () => {
  const { server } = makePair();
  const text = [
    '*filter',
    ':INPUT ACCEPT [0:0]',
    ':FORWARD ACCEPT [0:0]',
    ':OUTPUT ACCEPT [0:0]',
    ...Array.from({ length: 320 }, (_, at) => `-A INPUT -s 10.78.${at >> 8}.${at & 255}/32 -j DROP`),
    'COMMIT',
    '',
  ].join('\n');
  load(server, 'nft', 'ipv4', text);
  const dataDir = dataFolder();
  const trace = () => runBuilt([...SSH, '--namespace', server, '--data-dir', dataDir]);

  const first = trace();
  expect(first.stdout).toContain('that they are all that is live was not proven');
  expect(first.stdout).toContain('Final verdict: ACCEPT by the policy of filter INPUT');

  const folder = stateFolder({ [`${server}/ipv4.rules`]: text });
  expect(runBuilt(['plan', '--state', folder, '--data-dir', dataDir]).status).toBe(0);
  expect(trace().stdout).not.toContain('not proven');
});
