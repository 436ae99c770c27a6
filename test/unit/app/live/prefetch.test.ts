import { expect, test } from 'vitest';
import { openEarlyScratch } from '../../../../src/app/live/early-scratch.ts';
import { openPrefetch } from '../../../../src/app/live/prefetch.ts';
import type { Kernel, Ran, SaveRequest, Scratch } from '../../../../src/ports/ports.ts';

const request = (name: string, family: SaveRequest['family'] = 'ipv4'): SaveRequest => ({
  namespace: name === 'host' ? { kind: 'host' } : { kind: 'named', name },
  backend: 'nft',
  family,
});

/** A kernel that numbers its saves; a save of `bad` fails. */
function countingKernel() {
  const asked: string[] = [];
  const save = (requests: readonly SaveRequest[]) =>
    requests.map(async ({ namespace, family }): Promise<Ran> => {
      const name = namespace.kind === 'host' ? 'host' : namespace.name;
      asked.push(`${name} ${family}`);
      if (name === 'bad') throw new Error('no such namespace');
      return { exitCode: 0, stdout: `${asked.length}`, stderr: '' };
    });
  return { asked, kernel: { save } as unknown as Kernel };
}

const texts = async (saves: readonly Promise<Ran>[]) => (await Promise.all(saves)).map(({ stdout }) => stdout);

test('a save that was begun answers once, and a second time it is made anew', async () => {
  const { asked, kernel } = countingKernel();
  const prefetch = openPrefetch(kernel);
  prefetch.begin([request('a'), request('host'), request('a', 'ipv6')]);
  prefetch.begin([request('a'), request('b')]);
  expect(asked).toEqual(['a ipv4', 'host ipv4', 'a ipv6', 'b ipv4']);
  expect(await texts(prefetch.save([request('c'), request('a'), request('host')]))).toEqual(['5', '1', '2']);
  expect(await texts(prefetch.save([request('a'), request('a', 'ipv6')]))).toEqual(['6', '3']);
});

test('a save that failed rejects for the caller that asks for it, and nowhere else', async () => {
  const prefetch = openPrefetch(countingKernel().kernel);
  prefetch.begin([request('bad'), request('a')]);
  expect(await texts(prefetch.save([request('a')]))).toEqual(['2']);
  await expect(prefetch.save([request('bad')])[0]).rejects.toThrow('no such namespace');
});

test('a scratch namespace is begun once, given to the first caller that asks, and closed when none does', async () => {
  const log: string[] = [];
  const scratch = async () => {
    const number = log.push('made');
    return { close: async () => void log.push(`closed ${number}`) } as unknown as Scratch;
  };
  const early = openEarlyScratch({ scratch } as unknown as Kernel);
  early.begin();
  early.begin();
  expect(log).toEqual(['made']);
  await (await early.kernel.scratch()).close();
  await (await early.kernel.scratch()).close();
  early.begin();
  await early.end();
  expect(log).toEqual(['made', 'closed 1', 'made', 'closed 3']);

  const unasked = openEarlyScratch({ scratch } as unknown as Kernel);
  unasked.begin();
  await unasked.end();
  expect(log.slice(4)).toEqual(['made', 'closed 5']);
});
