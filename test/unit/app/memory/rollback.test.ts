import { describe, expect, test } from 'vitest';
import { type Backend, FAMILIES } from '../../../../src/core/rules/types.ts';
import { everything, type FaultSite, faultLoop, howEnded } from '../../../support/memory-ports/fault-loop.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, failure, rollBackTo, STATE } from '../../../support/memory-ports/run-fw.ts';

const LIVE = '*filter\n[5:50] -A INPUT -s 10.0.0.9/32 -j ACCEPT\nCOMMIT\n';

const document = (port: number, entry: string) =>
  `namespace: [a, b]\nsets:\n  bad: {type: hash:net, entries: [${entry}]}\n` +
  `tables:\n  filter:\n    INPUT: [-p tcp --dport ${port} -j ACCEPT, -m set --match-set bad src -j DROP]\n`;

/** Two generations: the first with port 22, the second with port 2222. */
async function makeHost(backend: Backend) {
  const host = new MemoryHost();
  host.preferred = backend;
  for (const name of ['a', 'b']) {
    const namespace = host.machine.add(name);
    for (const family of FAMILIES) namespace.restore(backend, family, LIVE, { noflush: true });
  }
  const was = [everything(host)];
  for (const [port, entry] of [
    [22, '192.0.2.0/24'],
    [2222, '198.51.100.0/24'],
  ] as const) {
    host.clock.uptime += 60;
    host.files.set(`${STATE}/a.yaml`, document(port, entry));
    await applyAll(host.start().ports);
    await host.settle();
    was.push(everything(host));
  }
  host.clock.uptime += 60;
  return { host, was };
}

describe.each<Backend>(['nft', 'legacy'])('a return on %s', (backend) => {
  test('to the generation before, and to what was there before fw, brings back rules and sets', async () => {
    const { host, was } = await makeHost(backend);
    expect(await rollBackTo(host.start().ports, 'previous')).toMatchObject({ generation: 3 });
    expect(everything(host)).toEqual(was[1]);
    host.clock.uptime += 60;
    await host.settle();
    expect(await rollBackTo(host.start().ports, 0)).toMatchObject({ generation: 4 });
    expect(everything(host)).toEqual(was[0]);
  });

  test('of which a commit is done and told as failed leaves the newer generation, to the last counter', async () => {
    const { host, was } = await makeHost(backend);
    const { ports } = host.start();
    let commits = 0;
    const restore: typeof ports.kernel.restore = async (target, text) => {
      const ran = await ports.kernel.restore(target, text);
      commits += 1;
      return commits === 2 ? { ...ran, exitCode: 4 } : ran;
    };
    const error = await failure(rollBackTo({ ...ports, kernel: { ...ports.kernel, restore } }, 'previous'));
    expect(error).toMatchObject({ code: 'apply.rolled-back', firewall: 'rolled back and verified' });
    expect(everything(host)).toEqual(was[2]);
    await host.settle();
    expect(await host.start().ports.generations.numbers()).toEqual([1, 2]);
  });
});

test('a return is whole or not at all when its process dies after its nth effect', async () => {
  const site: FaultSite = {
    make: async () => (await makeHost('nft')).host,
    run: async (host, fault) => {
      const { ports, effects } = host.start(fault);
      const told = await howEnded(rollBackTo(ports, 1));
      effects.die();
      return { told, hit: effects.hit, effects: effects.names };
    },
    again: async (host) => site.run(host),
  };
  const { before, after } = await faultLoop(site, 'die-after');
  expect([before > 0, after > 0]).toEqual([true, true]);
});
