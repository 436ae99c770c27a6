import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { dataFolder, plan } from '../support/fw.ts';
import { inNamespace, load, makeNamespace } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { stateFolder } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

/** Runs the built `fw import` of one namespace; `text` is what it wrote. */
function importOf(ns: string, words: readonly string[] = []) {
  const folder = join(stateFolder({}), 'state');
  const args = ['import', '--namespace', ns, '--state', folder, '--data-dir', dataFolder(), ...words];
  const ran = runBuilt(args);
  const path = join(folder, `${ns}.yaml`);
  return { ...ran, folder, text: existsSync(path) ? readFileSync(path, 'utf8') : '' };
}

const MANGLE = '*mangle\n-A PREROUTING -i eth0 -j MARK --set-xmark 0x1/0xffffffff\nCOMMIT\n';

describe.each(BACKENDS)('a table that no state can hold, on %s', (backend) => {
  test.each([
    [
      'a tab in a comment',
      '*filter\n-A INPUT -m comment --comment "a\tb" -j ACCEPT\n-A INPUT -j DROP\nCOMMIT\n',
      'a tab',
    ],
    ['DEL in a comment', '*filter\n-A INPUT -m comment --comment "a\x7fb" -j ACCEPT\nCOMMIT\n', 'U\\+007F'],
  ])('%s: it is left out and named, the rest is imported', async (_, filter, reason) => {
    const ns = makeNamespace();
    load(ns, backend, 'ipv4', filter + MANGLE);
    load(ns, backend, 'ipv6', '*filter\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n');
    const { status, stderr, folder, text } = importOf(ns);
    expect(stderr).toMatch(new RegExp(`${ns} ipv4 filter[\\s\\S]*left out[\\s\\S]*--comment[\\s\\S]*${reason}`));
    expect(stderr).toContain('import.left-out');
    expect(status).toBe(0);
    expect(text).toContain('MARK');
    expect(text).toContain('family: ipv6');
    expect(text).not.toContain('comment');
    expect((await plan(folder)).plan.steps).toEqual([]);
  });

  test('nothing else is there: the import fails, and says of which rule', () => {
    const ns = makeNamespace();
    load(ns, backend, 'ipv4', '*filter\n-A INPUT -m comment --comment "a\tb" -j ACCEPT\nCOMMIT\n');
    const { status, stderr, folder } = importOf(ns);
    expect(status).toBe(1);
    expect(stderr).toMatch(/import\.differs[\s\S]*--comment[\s\S]*a tab/);
    expect(existsSync(folder)).toBe(false);
  });
});

test('a table with a native nft rule is left out and named, the rest is imported', async () => {
  const ns = makeNamespace();
  load(ns, 'nft', 'ipv4', `*filter\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n${MANGLE}`);
  const native = ['add', 'rule', 'ip', 'filter', 'INPUT', 'ip saddr { 192.0.2.1, 192.0.2.2 } accept'];
  expect(inNamespace(ns, 'nft', native).stderr).toBe('');
  const { status, stderr, folder, text } = importOf(ns);
  expect(stderr).toMatch(new RegExp(`${ns} ipv4 filter[\\s\\S]*left out[\\s\\S]*192\\.0\\.2\\.1`));
  expect(status).toBe(0);
  expect(text).toContain('MARK');
  expect(text).not.toContain('filter');
  expect((await plan(folder)).plan.steps).toEqual([]);
});

const HOST = `*filter
:INPUT DROP [0:0]
:web - [0:0]
:vpn - [0:0]
:DOCKER-USER - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -j vpn
-A INPUT -p tcp -j web
-A FORWARD -j DOCKER-USER
-A FORWARD -j vpn
-A web -p tcp -m tcp --dport 443 -j ACCEPT
-A vpn -i wg0 -j ACCEPT
COMMIT
${MANGLE}`;

describe.each(BACKENDS)('chosen chains, on %s', (backend) => {
  test('they become ours, the others are kept, and a plan right after is empty', async () => {
    const ns = makeNamespace();
    load(ns, backend, 'ipv4', HOST);
    const { status, stderr, stdout, folder, text } = importOf(ns, ['--chain', 'INPUT', '--chain', 'we*']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/DOCKER-?\* vpn/);
    expect(text).toContain('policy: DROP');
    expect(text).toContain('--dport 443');
    for (const other of ['wg0', 'MARK', 'mangle', '-j vpn']) expect(text).not.toContain(other);
    expect((await plan(folder)).plan.steps).toEqual([]);
  });

  test('a built-in chain of the same table with rules of its own has to be chosen too', () => {
    const ns = makeNamespace();
    load(ns, backend, 'ipv4', HOST.replace('-A web', '-A OUTPUT -p udp -j DROP\n-A web'));
    const { status, stderr, folder } = importOf(ns, ['--chain', 'INPUT']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/OUTPUT[\s\S]*-p udp -j DROP[\s\S]*--chain\s+OUTPUT/);
    expect(existsSync(folder)).toBe(false);
  });

  test('a name that no chain has is refused, with the one that was meant', () => {
    const ns = makeNamespace();
    load(ns, backend, 'ipv4', HOST);
    const { status, stderr } = importOf(ns, ['--chain', 'webb']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/no chain[\s\S]*webb[\s\S]*Did you mean web\?/);
  });
});
