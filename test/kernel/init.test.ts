import { chownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wire } from '../../src/wire/wire.ts';
import { apply, dataFolder, plan, realPorts } from '../support/fw.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';
import { BUILT, runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';
import { makePair, SERVER_ADDRESS, serve } from '../support/veth-pair.ts';

const KINDS = readdirSync(new URL('../../templates/kinds', import.meta.url));

/** What a connection meets: a server, a refusal because no program listens, or silence. */
function knock(from: string, port: number, expected: 'open' | 'refused' | 'silent'): string {
  const words = (seconds: string) => [seconds, 'bash', '-c', `exec 3<>/dev/tcp/${SERVER_ADDRESS}/${port}`];
  // Silence is told by waiting: for a moment where it is expected, and long where an answer is, since a busy machine answers late.
  const { status } = inNamespace(from, 'timeout', words(expected === 'silent' ? '0.2' : '10'));
  return status === 0 ? 'open' : status === 124 ? 'silent' : 'refused';
}

describe.each(KINDS)('the starter %s', (kind) => {
  test('is valid, plans and applies at once, and lets SSH in', async () => {
    const { server, client } = makePair();
    const folder = stateFolder({});
    const fw = (...args: string[]) => runBuilt([...args, '--data-dir', data], { cwd: folder });
    const data = dataFolder();
    expect(fw('init', '--kind', kind, '--namespace', server)).toMatchObject({ status: 0, stderr: '' });
    expect(fw('validate')).toMatchObject({ status: 0, stderr: '' });
    const ports = { ...realPorts(), templates: wire({ dataDir: data, report: () => {}, program: BUILT }).templates };
    const state = join(folder, 'state');
    const made = await plan(state, ports);
    expect(made.plan.steps.length).toBeGreaterThan(0);
    // The only thing that a starter may warn of: Docker has not made its chain yet.
    expect(made.warnings.map(({ code }) => code)).toEqual(kind === 'docker-host' ? ['state.foreign'] : []);
    await serve(server, 22);
    expect(knock(client, 8080, 'refused')).toBe('refused');
    await apply(state, ports);
    // A router accepts what it is not asked to refuse, on interfaces that are not its inside.
    const other = kind === 'router' ? 'refused' : 'silent';
    expect([knock(client, 22, 'open'), knock(client, 8080, other)]).toEqual(['open', other]);
    expect((await plan(state, ports)).plan.steps).toEqual([]);
  });
});

test('needs neither network, root nor a program: an ordinary user without any of them gets the same files', () => {
  const [folder, other] = [stateFolder({}), stateFolder({})];
  expect(runBuilt(['init', folder, '--kind', 'host', '--with', 'systemd']).status).toBe(0);
  const namespace = makeNamespace('no-network');
  chownSync(other, 65534, 65534);
  const user = [
    '/usr/bin/setpriv',
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    '--bounding-set=-all',
    '--inh-caps=-all',
  ];
  const through = ['/usr/bin/nsenter', `--net=/run/netns/${namespace}`, '--', ...user, '--'];
  const ran = runBuilt(['init', other, '--kind', 'host', '--with', 'systemd'], { through, env: { PATH: '/nowhere' } });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
  const files = (of: string) => readdirSync(of, { recursive: true }).map(String).sort();
  expect(files(other)).toEqual(files(folder));
});

test('the capabilities of the DaemonSet are enough to apply and to look for drift', () => {
  const namespace = makeNamespace();
  const folder = stateFolder({});
  const data = dataFolder();
  runBuilt(['init', folder, '--kind', 'kubernetes-node', '--namespace', namespace, '--with', 'kubernetes']);
  const added = /add: \[(.*)\]/.exec(readFileSync(join(folder, 'kubernetes/daemonset.yaml'), 'utf8'))?.[1] ?? '';
  const caps = [
    '-all',
    ...added
      .toLowerCase()
      .split(', ')
      .map((name) => `+${name}`),
  ].join(',');
  const through = ['setpriv', `--bounding-set=${caps}`, `--inh-caps=${caps}`, '--'];
  const fw = (...args: string[]) => runBuilt([...args, '--data-dir', data], { cwd: folder, through });
  expect(fw('apply', '--auto-approve', '--lock-timeout', '1m')).toMatchObject({ status: 0 });
  expect(fw('drift').status).toBe(0);
  const too = ['setpriv', '--bounding-set=-all,+net_admin', '--inh-caps=-all', '--'];
  expect(runBuilt(['plan', '--data-dir', data], { cwd: folder, through: too }).status).not.toBe(0);
});
