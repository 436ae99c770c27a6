import { describe, expect, test } from 'vitest';
import { ownerOf } from '../../src/core/ownership/known-programs.ts';
import { printStepEdits } from '../../src/core/plan/step-edits.ts';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import { makeNeighbour, type Neighbour } from '../support/neighbour.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { ip } from '../support/packets.ts';
import { runBuilt } from '../support/run-built.ts';
import { makeSite, printChains, type Site } from '../support/site.ts';

// The real programs, out of Debian's packages, in network namespaces of the test.

const OURS = {
  INPUT: ['-s 198.51.100.0/24 -j DROP', '-p tcp --dport 9 -j web'],
  FORWARD: ['-i eth9 -j web'],
  web: ['-j DROP'],
};

function document(hook: 'first' | 'last' | 'any', web = '-j DROP'): string {
  return (
    `hook: ${hook}\ntables:\n  filter:\n${printChains({ ...OURS, web: [web] })}` +
    `  nat:\n${printChains({ POSTROUTING: ['-s 10.9.0.0/16 -j MASQUERADE'] })}`
  );
}

/** All that is not ours, byte for byte; without the counters and the policies of tables that no other program has. */
function theirs({ name }: Site, backend: Backend): string {
  return FAMILIES.map((family) => `${family}\n${foreignTables(saved(name, backend, family))}`).join('\n');
}

function foreignTables(text: string): string {
  const tables = text
    .split('\n')
    .filter((line) => !/^:fw-| -[jg] fw-|^-A fw-/.test(line))
    .join('\n')
    .split(/^(?=\*)/m);
  return tables.filter((table) => /^-A |^:\S+ (?:-|DROP)/m.test(table)).join('');
}

/** What would be sent, table by table; nothing when nothing would change. */
async function planned(site: Site): Promise<readonly string[]> {
  return (await site.plan()).plan.steps.map(printStepEdits);
}

/** The plan as a person sees it. */
function shown(site: Site): string {
  const { status, stdout, stderr } = runBuilt(['plan', '--state', site.state, '--data-dir', '/nonexistent-fwt']);
  expect(status, stderr).toBe(0);
  return stdout;
}

/** Every chain of others has a name that fw knows, and a plan with changes says whose they are. */
function expectOwner(site: Site, body: string, backend: Backend, owner: string): void {
  const chains = FAMILIES.flatMap((family) => saved(site.name, backend, family).match(/^:\S+(?= -)/gm) ?? []);
  const foreign = chains.map((chain) => chain.slice(1)).filter((chain) => !chain.startsWith('fw-'));
  expect(foreign.length).toBeGreaterThan(0);
  expect(foreign.filter((chain) => ownerOf(chain) !== owner)).toEqual([]);
  site.write(body);
  expect(shown(site)).toContain(`(${owner})`);
}

/** Back to the first apply: our chain is as it was, and all of theirs is there. */
function goBack(site: Site, backend: Backend): void {
  const before = theirs(site, backend);
  const back = runBuilt(['rollback', '1', '--auto-approve', '--state', site.state, '--data-dir', site.data]);
  expect(back.status, back.stderr).toBe(0);
  expect(site.rules('filter')).toContain('-A fw-web -j DROP');
  expect(theirs(site, backend)).toBe(before);
  site.write(document('first'));
}

async function makeSites(backend: Backend): Promise<{ readonly site: Site; readonly other: Neighbour }> {
  const name = makeNamespace('peer');
  ip(`-n ${name} link set lo up`);
  return { site: makeSite(backend, name), other: await makeNeighbour(name, backend) };
}

const CLIENT = ['fail2ban-client', '-s', '/run/fail2ban/socket'];
const JAIL =
  '[DEFAULT]\nbackend = polling\nbanaction = iptables-multiport\nbanaction_allports = iptables-allports\n' +
  '[sshd]\nenabled = true\nlogpath = /var/log/auth.log\n';

function startServer(other: Neighbour): void {
  other.run([
    'sh',
    '-c',
    'rm -rf /etc/fail2ban/jail.d /var/lib/fail2ban/*; mkdir -p /var/lib/fail2ban; : > /var/log/auth.log',
  ]);
  other.run(['tee', '/etc/fail2ban/jail.local'], JAIL);
  other.run([
    'fail2ban-server',
    '-b',
    '-s',
    '/run/fail2ban/socket',
    '-p',
    '/run/fail2ban/pid',
    '--logtarget',
    '/var/log/f2b.log',
  ]);
  other.run([...CLIENT, 'set', 'sshd', 'banip', '192.0.2.5', '2001:db8::5']);
}

describe.each(['nft', 'legacy'] as const)('fail2ban (%s)', (backend) => {
  test('bans come and go beside our rules, and neither program disturbs the other', async () => {
    const { site, other } = await makeSites(backend);
    // It makes its chain for IPv6 with the first ban there.
    startServer(other);
    const before = theirs(site, backend);
    expect(before).toContain('-A f2b-sshd -s 192.0.2.5/32 -j REJECT');
    expectOwner(site, document('first'), backend, 'fail2ban');
    await site.become(document('first'));
    expect(theirs(site, backend)).toBe(before);
    other.run([...CLIENT, 'set', 'sshd', 'banip', '192.0.2.6', '2001:db8::6']);
    other.run([...CLIENT, 'set', 'sshd', 'unbanip', '192.0.2.5']);
    await site.settled();
    const banned = theirs(site, backend);
    expect(banned).toContain('192.0.2.6/32');
    expect(banned).toContain('2001:db8::6/128');
    expect(banned).not.toContain('192.0.2.5');
    await site.become(document('first', '-j REJECT'));
    expect(theirs(site, backend)).toBe(banned);
    goBack(site, backend);
    other.run([...CLIENT, 'stop']);
    await site.settled();
    expect(theirs(site, backend)).not.toContain('f2b-');
  });
});

describe('fail2ban', () => {
  test('a server that starts later puts its jump in front: hook: first moves ours back, hook: any leaves it', async () => {
    const { site, other } = await makeSites('nft');
    await site.become(document('any'));
    startServer(other);
    const inFront = theirs(site, 'nft');
    expect(site.rules('filter').filter((rule) => rule.startsWith('-A INPUT'))[1]).toBe('-A INPUT -j fw-INPUT');
    await site.settled();
    site.write(document('first'));
    const moved = '*filter\n-D INPUT -j fw-INPUT\n-I INPUT 1 -j fw-INPUT\nCOMMIT\n';
    expect(await planned(site)).toEqual([moved, moved]);
    expect(shown(site)).toMatch(/2 {3}1 {2}> -j fw-INPUT\n.*2 to move/s);
    await site.become(document('first'));
    expect(site.rules('filter')[0]).toBe('-A INPUT -j fw-INPUT');
    expect(theirs(site, 'nft')).toBe(inFront);
  });
});

describe('ufw', () => {
  const backend = 'nft';

  function install(other: Neighbour): void {
    // What the package does when it is installed.
    other.run(['sh', '-c', 'cp /usr/share/ufw/*.rules /usr/share/ufw/*.init /usr/share/ufw/ufw.conf /etc/ufw/']);
  }

  test('is enabled, allows, reloads and is disabled beside our rules', async () => {
    const { site, other } = await makeSites(backend);
    install(other);
    other.run(['ufw', '--force', 'enable']);
    const before = theirs(site, backend);
    expect(before).toContain(':INPUT DROP');
    expectOwner(site, document('first'), backend, 'ufw');
    await site.become(document('first'));
    expect(theirs(site, backend)).toBe(before);
    other.run(['ufw', 'allow', '22/tcp']);
    await site.settled();
    other.run(['ufw', 'reload']);
    await site.settled();
    const allowed = theirs(site, backend);
    expect(allowed).toContain('--dport 22 -j ACCEPT');
    await site.become(document('first', '-j REJECT'));
    expect(theirs(site, backend)).toBe(allowed);
    goBack(site, backend);
    other.run(['ufw', 'disable']);
    await site.settled();
    other.run(['ufw', '--force', 'enable']);
    await site.settled();
    expect(theirs(site, backend)).toBe(allowed);
  });
});

describe('firewalld', () => {
  async function startDaemon(other: Neighbour, backend: string): Promise<void> {
    other.run(['sed', '-i', `s/^FirewallBackend=.*/FirewallBackend=${backend}/`, '/etc/firewalld/firewalld.conf']);
    other.run(['tee', '/run/bus.conf'], BUS);
    await other.start(['dbus-daemon', '--config-file=/run/bus.conf', '--nofork', '--print-address=1'], 'unix:');
    other.run(['sh', '-c', 'firewalld --nofork --nopid >/run/firewalld.log 2>&1 &']);
    other.until(['firewall-cmd', '--state']);
  }

  test.each(['iptables', 'nftables'])(
    'with its %s backend flushes what is not its own when it reloads: the plan shows it, an apply brings it back',
    async (backend) => {
      const { site, other } = await makeSites('nft');
      await startDaemon(other, backend);
      const all = () => theirs(site, 'nft') + other.run(['sh', '-c', 'nft -s list table inet firewalld || true']);
      const before = all();
      if (backend === 'iptables') expectOwner(site, document('first'), 'nft', 'firewalld');
      await site.become(document('first'));
      expect(all()).toBe(before);
      other.run(['firewall-cmd', '--add-port=8080/tcp']);
      await site.settled();
      const opened = all();
      expect(opened).toMatch(/dport 8080/);
      await site.become(document('first', '-j REJECT'));
      expect(all()).toBe(opened);
      goBack(site, 'nft');
      other.run(['firewall-cmd', '--reload']);
      const reloaded = all();
      expect(saved(site.name, 'nft', 'ipv4')).not.toContain('fw-');
      expect((await planned(site)).join('')).toContain('-I INPUT 1 -j fw-INPUT');
      await site.become(document('first', '-j REJECT'));
      expect(all()).toBe(reloaded);
    },
  );
});

describe('Docker', () => {
  const DAEMON = [
    ...[
      'dockerd',
      '--data-root',
      '/run/docker-data',
      '--exec-root',
      '/run/docker-exec',
      '--pidfile',
      '/run/docker.pid',
    ],
    ...['-H', 'unix:///run/docker.sock', '--storage-driver', 'vfs', '--iptables=true'],
  ];
  const CLI = ['docker', '-H', 'unix:///run/docker.sock'];

  test('starts, makes networks, loses them and starts again beside our rules; going back leaves all of it', async () => {
    const { site, other } = await makeSites('nft');
    const first = await other.start(DAEMON, 'API listen on');
    const before = theirs(site, 'nft');
    expect(before).toContain('-A FORWARD -j DOCKER-USER');
    expectOwner(site, document('any'), 'nft', 'Docker');
    await site.become(document('any'));
    expect(theirs(site, 'nft')).toBe(before);
    other.run([...CLI, 'network', 'create', '--subnet', '172.30.0.0/24', 'one']);
    await site.settled();
    const networked = theirs(site, 'nft');
    expect(networked).toContain('-s 172.30.0.0/24');
    await site.become(document('any', '-j REJECT'));
    expect(theirs(site, 'nft')).toBe(networked);
    other.run([...CLI, 'network', 'create', '--subnet', '172.31.0.0/24', 'two']);
    other.run([...CLI, 'network', 'rm', 'one']);
    const changed = theirs(site, 'nft');
    expect(changed).toContain('-s 172.31.0.0/24');
    expect(changed).not.toContain('-s 172.30.0.0/24');
    goBack(site, 'nft');
    // Again, as after an upgrade: it puts its jumps in front of ours.
    other.run(['sh', '-c', 'kill $(cat /run/docker.pid)']);
    if (first.exitCode === null) await new Promise((resolve) => first.on('close', resolve));
    site.write(document('any'));
    await site.settled();
    await other.start(DAEMON, 'API listen on');
    await site.settled();
    expect(theirs(site, 'nft')).toContain('-s 172.31.0.0/24');
  });

  test('puts its jumps in front of ours: hook: first moves ours back, and rules in DOCKER-USER stay where they are', async () => {
    const { site, other } = await makeSites('nft');
    const user = (hook: 'first' | 'any') =>
      `family: ipv4\nhook: ${hook}\ntables:\n  filter:\n    FORWARD: [-i eth9 -j DROP]\n    DOCKER-USER:\n      foreign: true\n      rules: [-s 203.0.113.0/24 -j DROP]\n`;
    await site.become(user('first'));
    await other.start(DAEMON, 'API listen on');
    expect((await planned(site)).join('')).toMatch(/-I FORWARD 1 -j fw-FORWARD\n/);
    expect((await planned(site)).join('')).toMatch(/-I DOCKER-USER 1 -j fw-DOCKER-USER\n/);
    const before = theirs(site, 'nft');
    await site.become(user('first'));
    expect(theirs(site, 'nft')).toBe(before);
    expect(
      site
        .rules('filter')
        .filter((rule) => /^-A (?:FORWARD|DOCKER-USER) /.test(rule))
        .slice(0, 2),
    ).toEqual(['-A FORWARD -j fw-FORWARD', '-A FORWARD -j DOCKER-USER']);
    other.run([...CLI, 'network', 'create', '--subnet', '172.30.0.0/24', 'one']);
    expect(site.rules('filter')).toContain('-A DOCKER-USER -j fw-DOCKER-USER');
    await site.become(user('first'));
    await site.become(user('any'));
  });
});

const BUS =
  '<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>' +
  '<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>' +
  '<allow send_type="method_return"/><allow send_type="error"/><allow receive_type="method_call"/><allow receive_type="signal"/>' +
  '<allow receive_type="method_return"/><allow receive_type="error"/></policy></busconfig>\n';
