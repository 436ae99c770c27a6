import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { genids } from '../../src/adapters/nft/genids.ts';
import { watchCommits } from '../../src/app/save-proof/watch-commits.ts';
import type { TableStep } from '../../src/core/plan/types.ts';
import type { Backend, Namespace } from '../../src/core/rules/types.ts';
import type { Kernel } from '../../src/ports/ports.ts';
import { inNamespace, load, makeNamespace } from '../support/netns.ts';

const named = (name: string): Namespace => ({ kind: 'named', name });
const genid = async (name: string) => (await genids([named(name)]))[0];

test('a genid changes with every commit to any table of its namespace, and with nothing else', async () => {
  const [one, other] = [makeNamespace(), makeNamespace()];
  load(one, 'nft', 'ipv4', '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n');
  const before = await genids([named(one), named(other)]);
  expect(before).toEqual([
    expect.stringMatching(/^[0-9a-f]{16} [0-9]+$/),
    expect.stringMatching(/^[0-9a-f]{16} [0-9]+$/),
  ]);
  inNamespace(one, 'iptables-nft-save', ['--counters']);
  inNamespace(one, 'nft', ['list', 'ruleset']);
  inNamespace(one, 'ip', ['link', 'set', 'lo', 'up']);
  inNamespace(one, 'ping', ['-c', '1', '127.0.0.1']);
  expect(await genids([named(one), named(other)])).toEqual(before);
  const seen = [before[0]];
  const commits = [
    ['iptables-nft', '-A', 'INPUT', '-j', 'ACCEPT'],
    ['ip6tables-nft', '-t', 'raw', '-N', 'a'],
    ['nft', 'add', 'table', 'inet', 'other'],
    ['iptables-nft', '-P', 'INPUT', 'ACCEPT'],
    ['iptables-nft', '-Z'],
  ];
  for (const [file = '', ...args] of commits) {
    inNamespace(one, file, args);
    const now = await genid(one);
    expect(seen, `${file} ${args.join(' ')}`).not.toContain(now);
    seen.push(now);
  }
  expect(await genid(other)).toBe(before[1]);
});

test('a table that the kernel removes because its owner has ended is no commit', async () => {
  const name = makeNamespace();
  const nft = spawn('nsenter', [`--net=/run/netns/${name}`, 'nft', '-i'], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const isThere = new Promise<void>((resolve) => {
      let text = '';
      nft.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('table ip owned {')) resolve();
      });
    });
    nft.stdin.write('add table ip owned { flags owner; }\nlist table ip owned\n');
    await isThere;
    const before = await genid(name);
    // A rule of iptables would be refused in such a table, so none of ours is in it.
    expect(inNamespace(name, 'nft', ['add', 'chain', 'ip', 'owned', 'a']).status).not.toBe(0);
    nft.stdin.end();
    await once(nft, 'exit');
    expect(inNamespace(name, 'nft', ['list', 'tables']).stdout).toBe('');
    expect(await genid(name)).toBe(before);
  } finally {
    nft.kill();
  }
});

test('a namespace that was made anew under its old name has another one', async () => {
  const name = makeNamespace();
  const before = await genid(name);
  spawnSync('ip', ['netns', 'del', name]);
  spawnSync('ip', ['netns', 'add', name]);
  const after = await genid(name);
  // The number alone would be the same.
  expect(after?.split(' ')[1]).toBe(before?.split(' ')[1]);
  expect(after).not.toBe(before);
});

test('is asked for when everything is ready, not before', async () => {
  const name = makeNamespace();
  const before = await genid(name);
  let ready = () => {};
  const asked = genids(
    [named(name)],
    new Promise((resolve) => {
      ready = resolve;
    }),
  );
  expect(inNamespace(name, 'iptables-nft', ['-N', 'a']).status).toBe(0);
  ready();
  const [now] = await asked;
  expect(now).toBe(await genid(name));
  expect(now).not.toBe(before);
});

test('of the host, of a namespace that is not there, and of a file that is no network namespace', async () => {
  const name = makeNamespace();
  const [host, gone, again, same] = await genids([{ kind: 'host' }, named('fwt-gone'), { kind: 'host' }, named(name)]);
  expect(host).toMatch(/^[0-9a-f]{16} [0-9]+$/);
  expect(again).toBe(host);
  expect(gone).toBe(undefined);
  expect(same).toBe(await genid(name));
  expect(host).not.toBe(same);
  await expect(genids([named('../../proc/self/ns/net')])).rejects.toThrow('not a namespace name');
});

test('only a genid that is known and stayed is a proof', async () => {
  const told = async (backend: Backend, answers: readonly (readonly (string | undefined)[])[]) => {
    const rest = answers.values();
    const kernel = { genids: async () => rest.next().value } as unknown as Kernel;
    const steps = ['a', 'b'].map((name) => ({ namespace: named(name), backend }) as TableStep);
    return (await watchCommits(kernel, steps))(Promise.resolve());
  };
  expect(
    await told('nft', [
      ['x 1', 'y 1'],
      ['x 1', 'y 1'],
    ]),
  ).toBe(true);
  expect(
    await told('nft', [
      ['x 1', 'y 1'],
      ['x 1', 'y 2'],
    ]),
  ).toBe(false);
  expect(
    await told('nft', [
      ['x 1', 'y 1'],
      ['x 1', undefined],
    ]),
  ).toBe(false);
  expect(
    await told('nft', [
      ['x 1', undefined],
      ['x 1', undefined],
    ]),
  ).toBe(false);
  expect(
    await told('legacy', [
      ['x 1', 'y 1'],
      ['x 1', 'y 1'],
    ]),
  ).toBe(false);
});
