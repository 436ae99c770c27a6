import { expect, test } from 'vitest';
import { listHistory } from '../../../../src/app/generations/list-history.ts';
import { pickGeneration } from '../../../../src/app/generations/pick-generation.ts';
import { readSubject } from '../../../../src/app/query/read-subject.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, failure, STATE } from '../../../support/memory-ports/run-fw.ts';

const SHOWN = { namespaces: [], backend: 'auto', allowedSigners: undefined, withTraffic: false } as const;

/** A machine with generations of one namespace: the first is recorded only, since there was nothing to do. */
async function makeHost(generations: number): Promise<MemoryHost> {
  const host = new MemoryHost();
  host.machine.add('a');
  for (let number = 1; number <= generations; number += 1) {
    const rules = number === 1 ? '' : `-p tcp --dport ${number} -j ACCEPT`;
    host.files.set(
      `${STATE}/a.yaml`,
      `namespace: a\nownership: exclusive\ntables:\n  filter:\n    INPUT: [${rules}]\n`,
    );
    host.clock.uptime += 60;
    await applyAll(host.start().ports);
    await host.settle();
  }
  return host;
}

test('a receipt that was removed or changed is told by fw history and fw show', async () => {
  const host = await makeHost(5);
  const { ports } = host.start();
  host.disk.receipts.delete(3);
  host.disk.receipts.set(4, host.disk.receipts.get(4)?.replace('alice', 'mallory') ?? '');
  const told = (await listHistory(ports)).flatMap(({ kind, entry }) =>
    kind === 'generation' ? [[entry.number, entry.receipt]] : [],
  );
  expect(told).toEqual([
    [1, undefined],
    [2, undefined],
    [3, 'missing'],
    [4, 'damaged'],
    [5, undefined],
  ]);
  expect(await readSubject(ports, '3', SHOWN)).toMatchObject({ receipt: 'missing' });
  expect(await readSubject(ports, 'last', SHOWN)).toMatchObject({ receipt: undefined });
  expect((await failure(readSubject(ports, 'receipt-3', SHOWN))).message).toBe(
    'the receipt of generation 3 is missing',
  );
  expect(await failure(readSubject(ports, 'receipt-4', SHOWN))).toMatchObject({ code: 'plan.unreadable' });
  expect((await failure(readSubject(ports, 'receipt-1', SHOWN))).message).toBe('there is no receipt of generation 1');
});

test('where a generation is not kept, those that are kept are named', async () => {
  const host = await makeHost(6);
  const { ports } = host.start();
  for (const number of [1, 2, 4]) await ports.generations.remove(number);
  const { message, next } = await failure(pickGeneration(ports, 1));
  expect(`${message}. ${next}`).toBe(
    'there is no generation 1: kept are 3, 5 to 6. Name one of these, or 0 for what was there before fw. fw history lists them.',
  );
});
