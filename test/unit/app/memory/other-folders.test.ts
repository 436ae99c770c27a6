import { describe, expect, test } from 'vitest';
import { readStatus } from '../../../../src/app/query/read-status.ts';
import { findUnkeptRuns } from '../../../../src/app/recover/find-pending.ts';
import { othersToTell } from '../../../../src/app/recover/other-folders.ts';
import type { OtherRun, OtherStanding, Ports } from '../../../../src/ports/ports.ts';
import { everything } from '../../../support/memory-ports/fault-loop.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, failure, STATE } from '../../../support/memory-ports/run-fw.ts';

const LIVE = '*filter\n:fw-old - [0:0]\n-A INPUT -j fw-old\n-A fw-old -j ACCEPT\nCOMMIT\n';
const DOCUMENT = 'namespace: a\ntables:\n  filter:\n    INPUT: [-p tcp --dport 22 -j ACCEPT]\n';

function makeHost(): MemoryHost {
  const host = new MemoryHost();
  host.files.set(`${STATE}/a.yaml`, DOCUMENT);
  host.machine.add('a').restore('nft', 'ipv4', LIVE, { noflush: true });
  return host;
}

/** An apply of another data folder in the namespace `a`. */
async function otherRun(host: MemoryHost, standing: OtherStanding): Promise<OtherRun> {
  const namespaces = await host.start().ports.kernel.identify([{ kind: 'named', name: 'a' }], 'cookie');
  const folder = '/srv/other';
  const entry = '/run/fw/x.watched';
  return {
    ...{ id: '20261005T140207000Z-7', operator: 'ana', folder, entry, isAtThisPath: false, namespaces },
    standing: async () => standing,
  };
}

describe('an apply with nothing to do', () => {
  test.each<OtherStanding>(['watched', 'left', 'silent'])(
    'does not say so while what is live may go back (%s)',
    async (standing) => {
      const host = makeHost();
      await applyAll(host.start().ports);
      await host.settle();
      host.others = { runs: [await otherRun(host, standing)], unread: [] };
      expect(await failure(applyAll(host.start().ports))).toMatchObject({ code: 'apply.other-folder' });
      host.others = { runs: [await otherRun(host, 'ended')], unread: [] };
      expect(await applyAll(host.start().ports)).toMatchObject({ generation: 1 });
      host.others = { runs: [], unread: ['/run/fw/x.watched'] };
      const error = await failure(applyAll(host.start().ports));
      expect(error).toMatchObject({
        code: 'apply.other-folder',
        message: expect.stringContaining('/run/fw/x.watched'),
      });
    },
  );
});

test('a look at one namespace asks nothing about applies in others, also in a folder without a generation', async () => {
  const host = makeHost();
  host.machine.add('b');
  const elsewhere = await otherRun(host, 'watched');
  let asked = 0;
  const standing = async (): Promise<OtherStanding> => {
    asked += 1;
    return 'watched';
  };
  host.others = { runs: [{ ...elsewhere, standing }], unread: [] };
  const { ports } = host.start();
  expect(await othersToTell(ports, [{ kind: 'named', name: 'b' }])).toEqual([]);
  expect(await findUnkeptRuns(ports)).toMatchObject({ others: [] });
  expect(asked).toBe(0);
  expect(await readStatus(ports, 'all')).toMatchObject({ others: [{ run: { folder: '/srv/other' } }] });
});

test('what an apply of another data folder wrote and kept right before the look for it is seen', async () => {
  const host = makeHost();
  const { ports } = host.start();
  let isFirst = true;
  const others = async () => {
    const text = '*filter\n-A fw-old -s 192.0.2.1 -j DROP\nCOMMIT\n';
    if (isFirst) host.machine.named.get('a')?.restore('nft', 'ipv4', text, { noflush: true });
    isFirst = false;
    return { runs: [], unread: [] };
  };
  let plans = 0;
  const watched: Ports = { ...ports, watchdog: { ...ports.watchdog, others } };
  await applyAll(watched, {
    shown: () => {
      plans += 1;
      // Journals have the moment for a name.
      host.clock.uptime += 1;
    },
  });
  expect([isFirst, plans]).toEqual([false, 2]);
});

describe('the entry of an apply for other data folders', () => {
  test('goes when the apply is kept', async () => {
    const host = makeHost();
    await applyAll(host.start().ports);
    await host.settle();
    expect(host.takenOut).toHaveLength(1);
  });

  test('stays as long as the journal has not ended, since the next fw there goes back once more', async () => {
    const host = makeHost();
    const was = everything(host);
    await applyAll(host.start().ports, { confirmSeconds: 300 });
    host.journalDisk = 'full';
    await host.clock.advance(302);
    expect([everything(host), host.takenOut]).toEqual([was, []]);
    host.journalDisk = 'well';
    await host.clock.advance(60);
    expect(host.takenOut).toHaveLength(1);
  });

  test('stays behind with a journal that nobody could end', async () => {
    const host = makeHost();
    await applyAll(host.start().ports, { confirmSeconds: 300 });
    host.journalDisk = 'full';
    await host.clock.advance(1_000);
    expect([host.announced.at(-1), host.takenOut]).toEqual([expect.stringContaining('tries no more'), []]);
  });
});

test('a watchdog is patient with a disk that dies late', async () => {
  const host = makeHost();
  await applyAll(host.start().ports, { confirmSeconds: 300 });
  host.journalDisk = 'full';
  await host.clock.advance(302 + 200);
  host.journalDisk = 'dead';
  // At most a minute passes until it looks again, and then it tries for one more.
  await host.clock.advance(61);
  expect(host.announced).toHaveLength(1);
  await host.clock.advance(61);
  expect(host.announced.at(-1)).toContain('tries no more');
});
