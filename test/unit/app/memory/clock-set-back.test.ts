import { expect, test } from 'vitest';
import { listHistory } from '../../../../src/app/generations/list-history.ts';
import { readStatus } from '../../../../src/app/query/read-status.ts';
import { confirm } from '../../../../src/app/recover/confirm.ts';
import { reject } from '../../../../src/app/recover/reject.ts';
import { returnTarget } from '../../../../src/app/rollback/return-target.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, STATE } from '../../../support/memory-ports/run-fw.ts';

const document = (port: number) =>
  `namespace: a\nownership: exclusive\ntables:\n  filter:\n    INPUT: [-p tcp --dport ${port} -j ACCEPT]\n`;

async function applyPort(host: MemoryHost, port: number, options = {}): Promise<void> {
  host.files.set(`${STATE}/a.yaml`, document(port));
  host.clock.uptime += 60;
  await applyAll(host.start().ports, options);
  await host.settle();
}

test('an apply that is kept after the wall clock was set back is the last one, and the one that a rollback takes back', async () => {
  const host = new MemoryHost();
  host.machine.add('a');
  await applyPort(host, 1);
  await applyPort(host, 3, { confirmSeconds: 5 });
  await host.clock.advance(10);
  await host.settle();
  expect(await readStatus(host.start().ports)).toMatchObject({ wentBack: { why: 'not confirmed', after: 1 } });
  host.clock.booted -= 3_600_000;
  await applyPort(host, 4);
  const { ports } = host.start();
  expect(await readStatus(ports)).toMatchObject({ generation: { number: 2 }, wentBack: undefined });
  const order = (await listHistory(ports)).map(({ kind, entry }) => ('number' in entry ? entry.number : kind));
  expect(order).toEqual([0, 1, 'went-back', 2]);
  await expect(reject(ports, undefined)).rejects.toMatchObject({ code: 'apply.not-pending' });
  await expect(confirm(ports, undefined)).rejects.toMatchObject({ message: 'no apply is waiting to be confirmed' });
  expect(await returnTarget(ports, 'previous', undefined)).toMatchObject({ number: 1 });
});
