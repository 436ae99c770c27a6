import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { eachNamespace, findArguments } from '../../src/adapters/kernel/each-namespace.ts';
import { inNamespace, makeNamespace } from '../support/netns.ts';

const MARK = 'fw-mark';

test('perl and find enter the same namespaces, and tell the same of those where the program or the way in fails', async () => {
  const [one, other] = [makeNamespace(), makeNamespace()];
  inNamespace(other, 'iptables-nft', ['-N', 'here']);
  // The listing of a chain that only one of them has: the program fails in the other.
  const words = ['iptables-nft', '-S', 'here'];
  const names = [one, 'fwt-gone', other];
  const [perl, args] = await eachNamespace(names, words, MARK);
  expect(perl).toBe('perl');
  const entered = spawnSync(perl, args, { encoding: 'utf8' });
  const found = spawnSync('find', findArguments(names, words, MARK), { encoding: 'utf8' });
  expect(entered.stdout).toBe(`${MARK} failed ${one}\n${MARK} failed fwt-gone\n-N here\n${MARK} ok ${other}\n`);
  // Of a namespace that is not there find says nothing, which means the same to whoever asked.
  expect(found.stdout).toBe(entered.stdout.replace(`${MARK} failed fwt-gone\n`, ''));
});

test('what is no network namespace is not entered', async () => {
  const [perl, args] = await eachNamespace(['../../proc/self/ns/mnt'], ['id'], MARK);
  expect(spawnSync(perl, args, { encoding: 'utf8' }).stdout).toBe(`${MARK} failed ../../proc/self/ns/mnt\n`);
});
