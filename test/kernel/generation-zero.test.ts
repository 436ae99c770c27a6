import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import { dataFolder } from '../support/fw.ts';
import { inNamespace, load, makeNamespace, saved } from '../support/netns.ts';
import { runBuilt } from '../support/run-built.ts';
import { faultsOf } from '../support/schema.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

/** What stood there before fw: rules, chains and a policy of others. */
const THEIRS = [
  '*filter',
  ':INPUT DROP [0:0]',
  ':FORWARD ACCEPT [0:0]',
  ':OUTPUT ACCEPT [0:0]',
  ':old - [0:0]',
  '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT',
  '-A INPUT -j old',
  '-A old -p tcp -m tcp --dport 80 -j ACCEPT',
  'COMMIT',
  '',
].join('\n');

function site(backend: Backend, label = 'zero') {
  const [ns, data, state] = [makeNamespace(label), dataFolder(), stateFolder({})];
  const fw = (...args: readonly string[]) => runBuilt([...args, '--data-dir', data, '--no-color']);
  const write = (body: string, name = ns, file = 'a.yaml') =>
    writeFiles(state, { [file]: `namespace: ${name}\nbackend: ${backend}\n${body}` });
  const yes = [
    '--auto-approve',
    '--allow-empty',
    '--allow-mass-removal',
    '--allow-foreign-removal',
    '--allow-removal-in-use',
  ];
  const apply = (...args: readonly string[]) => fw('apply', '--state', state, ...yes, ...args);
  const back = (...args: readonly string[]) => fw('rollback', '0', ...yes, ...args);
  const all = (name = ns) => FAMILIES.map((family) => saved(name, backend, family));
  return { ns, data, state, fw, write, apply, back, all };
}

const SHARED =
  'tables: {filter: {INPUT: {policy: ACCEPT, rules: [-p tcp --dport 443 -j ACCEPT]}}, nat: {OUTPUT: [-p tcp --dport 81 -j ACCEPT]}}\n';
const EXCLUSIVE =
  'ownership: exclusive\nkeep: [DOCKER*]\ntables: {filter: {INPUT: {policy: ACCEPT, rules: [-j web, -j DROP]}, web: [-p tcp --dport 443 -j ACCEPT]}}\n';

/** Lines of a snapshot but those that say nothing about packets: a legacy table cannot be removed, and is empty. */
function meaning(text: string): readonly string[] {
  return text
    .split(/^(?=\*)/m)
    .filter((table) => /^-A|DROP|^:\S+ -/m.test(table))
    .flatMap((table) => table.split('\n'));
}

describe.each(BACKENDS)('generation 0 on %s', (backend) => {
  test('takes ours out of shared tables, and leaves what others added since', () => {
    const { ns, fw, write, apply, back, all } = site(backend);
    for (const family of FAMILIES) load(ns, backend, family, THEIRS);
    const before = all();
    write(SHARED);
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    expect(all()[0]).toContain(':INPUT ACCEPT');
    write(SHARED.replace('443', '8443'));
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    for (const family of FAMILIES) {
      load(ns, backend, family, '*filter\n-A old -p tcp -m tcp --dport 81 -j ACCEPT\nCOMMIT\n', ['--noflush']);
    }
    expect(back()).toMatchObject({ status: 0, stderr: '' });
    const expected = before.map((text) =>
      text.replace(/(-A old .*80 -j ACCEPT\n)/, '$1-A old -p tcp -m tcp --dport 81 -j ACCEPT\n'),
    );
    if (backend === 'nft') expect(all()).toEqual(expected);
    else expect(all().map(meaning)).toEqual(expected.map(meaning));
    expect(fw('drift')).toMatchObject({ status: 0, stderr: '' });
    expect(fw('history').stdout).toMatch(/^3 .*from|^3 .*generation 0/m);
    const again = back();
    expect(again).toMatchObject({ status: 0, stderr: '' });
    expect(again.stdout).toContain('No changes.');
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    expect(all()[0]).toContain('--dport 8443');
  });

  test('puts back what an exclusive document replaced, with policies, beside rules that others added since', () => {
    const { ns, fw, write, apply, back, all } = site(backend);
    for (const family of FAMILIES) load(ns, backend, family, THEIRS);
    const before = all();
    write(EXCLUSIVE);
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    expect(all()[0]).not.toContain('old');
    for (const family of FAMILIES) {
      const added = '*filter\n:theirs - [0:0]\n:DOCKER - [0:0]\n-I INPUT 1 -j DOCKER\n-A INPUT -j theirs\nCOMMIT\n';
      load(ns, backend, family, added, ['--noflush']);
    }
    const shown = fw('show', '0');
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    expect(shown.stdout).toContain('-p tcp -m tcp --dport 80 -j ACCEPT');
    expect(back()).toMatchObject({ status: 0, stderr: '' });
    for (const [index, text] of all().entries()) {
      const kept = text
        .split('\n')
        .filter((line) => !/DOCKER|theirs/.test(line))
        .join('\n');
      expect(kept).toBe(before[index]);
      expect(text).toMatch(/-A INPUT -j DOCKER\n(?:.*\n)*-A INPUT -j theirs/);
    }
  });

  test('is what was there before the first apply that was kept, not before one that went back or died', async () => {
    const { ns, data, fw, write, apply, back, all } = site(backend);
    load(ns, backend, 'ipv4', THEIRS);
    write(`${EXCLUSIVE}checks: [{command: [/bin/false], retries: 0}]\n`);
    expect(apply().status).toBe(8);
    const told = fw('rollback', '0', '--auto-approve');
    expect(told.status).toBe(1);
    expect(told.stderr).toContain('there is no generation 0: fw has changed nothing from this data folder');
    load(ns, backend, 'ipv4', THEIRS.replaceAll('80', '8080'));
    const killing = `for one in ${data}/journal/*-*.jsonl; do one=\${one##*-}; kill -9 \${one%.jsonl}; done; sleep 5`;
    write(`${EXCLUSIVE}checks: [{command: [/bin/sh, -c, "${killing}"], retries: 0}]\n`);
    expect(apply().status).toBe(null);
    await expect.poll(() => fw('status').stdout, { timeout: 110_000, interval: 200 }).toContain('fw died');
    expect(existsSync(join(data, 'generations', 'before.json'))).toBe(false);
    load(ns, backend, 'ipv4', THEIRS.replaceAll('80', '9090'));
    const before = all();
    write(EXCLUSIVE);
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    expect(back()).toMatchObject({ status: 0, stderr: '' });
    expect(all().map(meaning)).toEqual(before.map(meaning));
    expect(readdirSync(join(data, 'generations')).filter((name) => name.includes('pending'))).toEqual([]);
  });

  test('grows with each namespace, table and state, each as it was when fw first wrote there', () => {
    const { ns, fw, write, apply, back, all } = site(backend);
    const other = makeNamespace('other');
    for (const name of [ns, other]) load(name, backend, 'ipv4', THEIRS);
    const before = all();
    write(EXCLUSIVE, ns);
    write(EXCLUSIVE, other, 'b.yaml');
    expect(apply('--namespace', ns)).toMatchObject({ status: 0, stderr: '' });
    load(other, backend, 'ipv4', THEIRS.replaceAll('80', '8080'));
    const otherBefore = all(other);
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    const third = makeNamespace('third');
    const second = stateFolder({ 'c.yaml': `namespace: ${third}\nbackend: ${backend}\n${SHARED}` });
    expect(fw('apply', '--state', second, '--auto-approve')).toMatchObject({ status: 0, stderr: '' });
    expect(fw('history').stdout).toMatch(/^0 .*before fw$/m);
    expect(back()).toMatchObject({ status: 0, stderr: '' });
    expect(all().map(meaning)).toEqual(before.map(meaning));
    expect(all(other).map(meaning)).toEqual(otherBefore.map(meaning));
    expect(all(third).flatMap(meaning)).toEqual([]);
  });

  test('begins anew after fw went back to it, and widens when a shared table becomes exclusive', () => {
    const { ns, write, apply, back, all } = site(backend);
    load(ns, backend, 'ipv4', THEIRS);
    write(SHARED);
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    load(ns, backend, 'ipv4', '*filter\n-A old -s 192.0.2.1/32 -j DROP\nCOMMIT\n', ['--noflush']);
    write(EXCLUSIVE);
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    expect(all()[0]).not.toContain('192.0.2.1');
    expect(back()).toMatchObject({ status: 0, stderr: '' });
    const widened = THEIRS.replaceAll(' [0:0]', '').replace('COMMIT', '-A old -s 192.0.2.1/32 -j DROP\nCOMMIT');
    expect(
      all()
        .map(meaning)[0]
        ?.filter((line) => line !== ''),
    ).toEqual(widened.trimEnd().split('\n'));
    load(ns, backend, 'ipv4', THEIRS.replaceAll('80', '8080'));
    const before = all();
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    expect(back()).toMatchObject({ status: 0, stderr: '' });
    expect(all().map(meaning)).toEqual(before.map(meaning));
  });

  test('brings sets back', () => {
    const { ns, fw, write, apply, back } = site(backend);
    inNamespace(ns, 'ipset', ['create', 'blocked', 'hash:ip']);
    inNamespace(ns, 'ipset', ['add', 'blocked', '192.0.2.1']);
    const entries = () =>
      inNamespace(ns, 'ipset', ['save'])
        .stdout.split('\n')
        .filter((line) => /^add/.test(line));
    const before = entries();
    const sets =
      'sets: {blocked: {type: hash:ip, family: ipv4, entries: [192.0.2.7]}, fresh: {type: hash:ip, family: ipv4, entries: [192.0.2.8]}}\n';
    const rules =
      'ownership: exclusive\ntables: {filter: {INPUT: [-m set --match-set blocked src -j DROP, -m set --match-set fresh src -j DROP]}}\n';
    write(`family: ipv4\n${sets}${rules}`);
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    expect(entries()).toEqual(['add blocked 192.0.2.7', 'add fresh 192.0.2.8']);
    const json: unknown = JSON.parse(fw('show', '0', '--json').stdout);
    expect(faultsOf('before', json)).toEqual([]);
    expect(back()).toMatchObject({ status: 0, stderr: '' });
    expect(entries()).toEqual(before);
  });

  test('is not made up in a data folder of an older fw', () => {
    const { ns, data, fw, write, apply, back, all } = site(backend);
    load(ns, backend, 'ipv4', THEIRS);
    write('tables: {filter: {INPUT: [-p tcp --dport 443 -j ACCEPT]}}\n');
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    asOlder(data);
    const refused = back();
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('an older fw wrote to these tables first');
    expect(fw('show', '0').status).toBe(1);
    expect(fw('history').stdout).not.toContain('before fw');
    write('tables: {filter: {INPUT: [-p tcp --dport 444 -j ACCEPT]}, raw: {OUTPUT: [-p tcp -j ACCEPT]}}\n');
    expect(apply()).toMatchObject({ status: 0, stderr: '' });
    expect(fw('show', '0').stdout).toMatch(/Not known, because an older fw wrote there first:\n.*filter/);
    const partly = back();
    expect(partly.status).toBe(0);
    expect(`${partly.stdout}${partly.stderr}`).toContain(`${ns} stays as it is in: ipv4 filter, ipv6 filter`);
    expect(all()[0]).toContain('--dport 444');
    expect(meaning(all()[0] ?? '').join('\n')).not.toContain('*raw');
    inNamespace(ns, backend === 'nft' ? 'iptables-nft' : 'iptables-legacy', ['-F', 'fw-INPUT']);
    expect(fw('drift').status).toBe(2);
  });
});

/** Makes a data folder what an older fw would have left. */
function asOlder(data: string): void {
  const path = join(data, 'generations', '1.json');
  const { states, applied, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly states: readonly { readonly namespaces: unknown }[];
    readonly applied: unknown;
  };
  writeFileSync(path, `${JSON.stringify({ ...rest, version: 1, namespaces: states[0]?.namespaces })}\n`);
  rmSync(join(data, 'generations', 'before.json'));
}

test('is compared with generations and with what is live', () => {
  const { ns, fw, write, apply } = site('nft');
  load(ns, 'nft', 'ipv4', THEIRS);
  write(EXCLUSIVE);
  expect(apply()).toMatchObject({ status: 0, stderr: '' });
  for (const side of ['last', 'live']) {
    const differs = fw('diff', '0', side);
    expect(differs).toMatchObject({ status: 0, stderr: '' });
    expect(differs.stdout).toContain('- -p tcp -m tcp --dport 22 -j ACCEPT');
    expect(differs.stdout).toContain('-p tcp -m tcp --dport 443 -j ACCEPT');
  }
});
