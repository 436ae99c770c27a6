import { describe, expect, test } from 'vitest';
import { listHistory } from '../../../../src/app/generations/list-history.ts';
import { confirm } from '../../../../src/app/recover/confirm.ts';
import { reject } from '../../../../src/app/recover/reject.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import { type Backend, FAMILIES } from '../../../../src/core/rules/types.ts';
import type { Kernel, Ports } from '../../../../src/ports/ports.ts';
import { everything } from '../../../support/memory-ports/fault-loop.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, contentOf, failure, planState, recoverHost, STATE } from '../../../support/memory-ports/run-fw.ts';

const LIVE =
  '*filter\n:INPUT DROP [3:30]\n:fw-old - [0:0]\n[5:50] -A INPUT -s 10.0.0.9/32 -j ACCEPT\n[6:60] -A INPUT -j fw-old\n[1:10] -A fw-old -j ACCEPT\nCOMMIT\n';

const DOCUMENT =
  'namespace: [a, b]\nchecks:\n  - {tcp: 192.0.2.1:22, retries: 0}\n' +
  'sets:\n  bad: {type: hash:net, entries: [192.0.2.0/24, "2001:db8::/32"]}\n' +
  'tables:\n  mangle:\n    PREROUTING: [-p tcp --dport 80 -j MARK --set-mark 1]\n' +
  '  filter:\n    INPUT: [-p tcp --dport 22 -j ACCEPT, -m set --match-set bad src -j DROP]\n';

/** Two namespaces with rules in both families. */
function makeHost(backend: Backend = 'nft'): MemoryHost {
  const host = new MemoryHost();
  host.preferred = backend;
  host.files.set(`${STATE}/a.yaml`, DOCUMENT);
  for (const name of ['a', 'b']) {
    const namespace = host.machine.add(name);
    for (const family of FAMILIES) namespace.restore(backend, family, LIVE, { noflush: true });
  }
  return host;
}

const isFailing = async () => ({ passed: false, words: 'connection refused', output: '' });

/** The ports of a process of fw, with something done right before the nth restore of live rules. */
function before(ports: Ports, nth: number, meanwhile: () => void): Ports {
  let seen = 0;
  const restore: Kernel['restore'] = (...args) => {
    seen += 1;
    if (seen === nth) meanwhile();
    return ports.kernel.restore(...args);
  };
  return { ...ports, kernel: { ...ports.kernel, restore } };
}

test('what fails before the first write is told as that, also where fw does not know the error', async () => {
  const host = makeHost('legacy');
  const { ports } = host.start();
  const was = everything(host);
  const holdLegacyLock = () => Promise.reject(new Error('EROFS: read-only file system'));
  const error = await failure(applyAll({ ...ports, kernel: { ...ports.kernel, holdLegacyLock } }));
  expect(error).toMatchObject({ code: 'apply.not-begun', exit: 1, firewall: 'unchanged' });
  expect(everything(host)).toEqual(was);
  await host.settle();
  const later = host.start().ports;
  expect(await later.journal.unfinished()).toEqual([]);
  expect(await listHistory(later)).toEqual([]);
});

describe.each<Backend>(['nft', 'legacy'])('an apply on %s', (backend) => {
  test('is filed with its receipt and its journal, and leaves nothing behind', async () => {
    const host = makeHost(backend);
    const applied = await applyAll(host.start().ports);
    await host.settle();
    expect(applied).toMatchObject({ generation: 1, proof: { checks: [{ words: 'connected' }] } });
    const { ports } = host.start();
    expect((await ports.generations.read(1)).generation).toMatchObject({ operator: 'alice', state: STATE });
    expect(await ports.receipts.read(1)).toMatchObject({ generation: 1, operator: 'alice', host: 'edge' });
    expect(await ports.journal.unfinished()).toEqual([]);
    expect(host.lock.holder).toBeUndefined();
    for (const text of Object.values(everything(host))) {
      expect(text).toContain('[5:50] -A INPUT -s 10.0.0.9/32 -j ACCEPT');
      expect(text).toContain('-A fw-INPUT -m set --match-set fw-bad-6 src -j DROP');
      expect(text).not.toContain('fw-old');
    }
    expect((await planState(ports)).plan.steps).toEqual([]);
  });

  test('whose check fails is rolled back to the last counter, and is in the history', async () => {
    const host = makeHost(backend);
    const was = everything(host);
    host.answer = isFailing;
    const error = await failure(applyAll(host.start().ports));
    expect(error).toMatchObject({ code: 'apply.check-failed', firewall: 'rolled back and verified' });
    expect(everything(host)).toEqual(was);
    const { ports } = host.start();
    expect(await ports.wentBack.list()).toMatchObject([{ why: 'check failed', operator: 'alice' }]);
    expect(await ports.generations.numbers()).toEqual([]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'keeps what another program writes before commit %i, there and back',
    async (nth) => {
      for (const check of ['passes', 'fails']) {
        const host = makeHost(backend);
        const was = everything(host);
        if (check === 'fails') host.answer = isFailing;
        const foreign = '*filter\n-A INPUT -s 198.51.100.7/32 -j DROP\n-N docker\n-A docker -j RETURN\nCOMMIT\n';
        const write = () => host.machine.named.get('a')?.restore(backend, 'ipv4', foreign, { noflush: true });
        const work = applyAll(before(host.start().ports, nth, write));
        const told = await work.then(
          () => undefined,
          (error: unknown) => error,
        );
        const text = contentOf(host.machine.named.get('a') ?? host.machine.unnamed());
        expect(text).toContain('[0:0] -A INPUT -s 198.51.100.7/32 -j DROP');
        expect(text).toContain('-A docker -j RETURN');
        expect(text).toContain('[5:50] -A INPUT -s 10.0.0.9/32 -j ACCEPT');
        if (told === undefined) {
          expect(check).toBe('passes');
          expect((await planState(host.start().ports)).plan.steps).toEqual([]);
          continue;
        }
        expect(told).toMatchObject({ firewall: 'rolled back and verified' });
        const without = text.replace('[0:0] -A INPUT -s 198.51.100.7/32 -j DROP\n', '').replace(/.*docker.*\n/g, '');
        const policies = /:INPUT DROP \[\d+:\d+\]/g;
        expect(without.replace(policies, '')).toBe(was.a?.replace(policies, ''));
        expect(everything(host).b).toBe(was.b);
      }
    },
  );

  test('makes its plan again when rules of ours moved after it was shown', async () => {
    const host = makeHost(backend);
    let shown = 0;
    const applied = await applyAll(host.start().ports, {
      shown: () => {
        shown += 1;
        if (shown > 1) return;
        const text = '*filter\n-A fw-old -j LOG\nCOMMIT\n';
        host.machine.named.get('a')?.restore(backend, 'ipv4', text, { noflush: true });
      },
    });
    expect([shown, applied.generation]).toEqual([2, 1]);
    expect(everything(host).a).not.toContain('fw-old');
  });
});

test('an apply writes its records while its watchdog starts, and writes nothing live before both are there', async () => {
  const host = makeHost();
  const { ports } = host.start();
  const events: string[] = [];
  let isStarted = () => {};
  const started = new Promise<void>((resolve) => {
    isStarted = resolve;
  });
  let isWritten = () => {};
  const written = new Promise<void>((resolve) => {
    isWritten = resolve;
  });
  const arm: Ports['watchdog']['arm'] = async (...args) => {
    isStarted();
    await written;
    await ports.watchdog.arm(...args);
    events.push('armed');
  };
  const prepare: Ports['generations']['prepare'] = async (...args) => {
    await started;
    await ports.generations.prepare(...args);
    events.push('prepared');
    isWritten();
  };
  const restore: Kernel['restore'] = (...args) => {
    events.push('live');
    return ports.kernel.restore(...args);
  };
  await applyAll({
    ...ports,
    watchdog: { ...ports.watchdog, arm },
    generations: { ...ports.generations, prepare },
    kernel: { ...ports.kernel, restore },
  });
  expect(events.slice(0, 3)).toEqual(['prepared', 'armed', 'live']);
  await host.settle();
});

describe('an apply that waits to be confirmed', () => {
  const pendingHost = async () => {
    const host = makeHost();
    const was = everything(host);
    const { pending } = await applyAll(host.start().ports, { confirmSeconds: 300 });
    if (pending === undefined) throw new Error('it does not wait');
    await host.settle();
    return { host, was, id: pending.id, after: everything(host) };
  };

  test('stays when it is confirmed, whatever time passes then', async () => {
    const { host, after } = await pendingHost();
    await host.clock.advance(299);
    expect(everything(host)).toEqual(after);
    expect(await confirm(host.start().ports, undefined)).toMatchObject({ generation: 1, differs: [] });
    await host.clock.advance(86_400);
    expect(everything(host)).toEqual(after);
    expect(await host.start().ports.receipts.read(1)).toMatchObject({ confirm: { confirmed: true } });
  });

  test.each([-3600, 0, 3600])('goes back at its deadline when the wall clock is set by %i s', async (seconds) => {
    const { host, was, after } = await pendingHost();
    host.clock.booted += seconds * 1000;
    await host.clock.advance(299);
    expect(everything(host)).toEqual(after);
    await host.clock.advance(3);
    expect(everything(host)).toEqual(was);
    expect(host.announced).toEqual([
      expect.stringMatching(/was not confirmed in time: it is rolled back and verified$/),
    ]);
    const error = await failure(confirm(host.start().ports, undefined));
    expect(error).toMatchObject({ code: 'apply.not-pending' });
    expect(await host.start().ports.wentBack.list()).toMatchObject([{ why: 'not confirmed' }]);
  });

  test.each([
    ['full', 600],
    ['dead', 60],
  ] as const)(
    'goes back on a disk that is %s, and its watchdog tries for %i s to record it and ends then',
    async (journalDisk, seconds) => {
      const { host, was, id } = await pendingHost();
      host.journalDisk = journalDisk;
      await host.clock.advance(302);
      expect(everything(host)).toEqual(was);
      expect(host.announced).toEqual([
        expect.stringMatching(/it is rolled back and verified\. Its journal cannot be ended yet: no line is taken$/),
      ]);
      expect(await host.start().ports.watchdog.isAlive(id)).toBe(true);
      await host.clock.advance(seconds);
      expect(await host.start().ports.watchdog.isAlive(id)).toBe(false);
      expect(host.announced.slice(1)).toEqual([
        expect.stringMatching(/tries no more: no line is taken\. The next fw that writes ends it$/),
      ]);
      expect(await recoverHost(host)).toMatchObject({ rolledBack: [{ id, isUndone: true }] });
      expect(everything(host)).toEqual(was);
    },
  );

  test('goes back at once when it is rejected, and the deadline finds nothing left to do', async () => {
    const { host, was } = await pendingHost();
    expect(await reject(host.start().ports, undefined)).toMatchObject({ why: 'rejected', isUndone: true });
    expect(everything(host)).toEqual(was);
    await host.clock.advance(400);
    expect([everything(host), host.announced]).toEqual([was, []]);
  });

  test('gets a watchdog again by fw recover when its own was killed, and goes back by it', async () => {
    const { host, was, after, id } = await pendingHost();
    host.killWatchdogs();
    await host.clock.advance(10);
    expect(await recoverHost(host)).toMatchObject({ rolledBack: [], rewatched: [id] });
    expect(everything(host)).toEqual(after);
    await host.clock.advance(300);
    expect(everything(host)).toEqual(was);
  });

  test('is brought back by fw recover when its time is over and nobody watched', async () => {
    const { host, was, after } = await pendingHost();
    host.killWatchdogs();
    await host.clock.advance(400);
    expect(everything(host)).toEqual(after);
    expect((await recoverHost(host)).rolledBack).toMatchObject([{ why: 'not confirmed', isUndone: true }]);
    expect(everything(host)).toEqual(was);
  });

  test('is over after a boot, and nothing is written into the new namespaces', async () => {
    const { host } = await pendingHost();
    host.boot();
    const fresh = host.machine.add('a');
    fresh.restore('nft', 'ipv4', '*filter\n-A INPUT -j ACCEPT\nCOMMIT\n', { noflush: true });
    const was = contentOf(fresh);
    expect((await recoverHost(host)).rolledBack).toMatchObject([{ why: 'booted', isUndone: false }]);
    expect(contentOf(fresh)).toBe(was);
  });

  test('writes nothing into a namespace that was made anew under its name', async () => {
    const { host, was } = await pendingHost();
    host.machine.remove('a');
    const fresh = host.machine.add('a');
    await host.clock.advance(302);
    expect(contentOf(fresh)).toBe(contentOf(host.machine.unnamed()));
    expect(everything(host).b).toBe(was.b);
    expect(host.announced.join()).toContain('deleted and made anew');
  });

  test('keeps a second apply out', async () => {
    const { host, after } = await pendingHost();
    expect(await failure(applyAll(host.start().ports))).toMatchObject({
      code: 'apply.pending',
      firewall: 'unchanged',
      message: expect.stringMatching(/waits to be confirmed, for another \d+ (s|min)$/),
    });
    expect(everything(host)).toEqual(after);
  });
});

describe('an apply that cannot be begun', () => {
  test('writes nothing without a watchdog, without the lock, or after a signal', async () => {
    const host = makeHost();
    const was = everything(host);
    host.canArm = false;
    await expect(applyAll(host.start().ports)).rejects.toThrow('the watchdog does not start');
    expect(everything(host)).toEqual(was);
    host.canArm = true;
    const held = await host.lock.acquire('fw apply', 0);
    expect(await failure(applyAll(host.start().ports))).toMatchObject({ code: 'run.locked' });
    await held.release();
    const stopped = new AbortController();
    stopped.abort(new FwError('run.interrupted', 'interrupted'));
    expect(await failure(applyAll(host.start().ports, { stop: stopped.signal }))).toMatchObject({
      code: 'run.interrupted',
    });
    expect(everything(host)).toEqual(was);
    expect(await host.start().ports.journal.unfinished()).toEqual([]);
  });
});
