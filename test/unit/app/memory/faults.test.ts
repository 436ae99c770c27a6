import { expect, test } from 'vitest';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import { type Backend, FAMILIES } from '../../../../src/core/rules/types.ts';
import { everything, type FaultSite, faultLoop, howEnded } from '../../../support/memory-ports/fault-loop.ts';
import type { Fault, Mode } from '../../../support/memory-ports/faults.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { type ApplyMore, applyAll, planState, STATE } from '../../../support/memory-ports/run-fw.ts';

const BEFORE =
  '*nat\n[7:70] -A PREROUTING -p tcp -m tcp --dport 80 -j REDIRECT --to-ports 8080\nCOMMIT\n' +
  '*filter\n:INPUT DROP [3:30]\n:fw-old - [0:0]\n[5:50] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n[6:60] -A INPUT -j fw-old\n[1:10] -A fw-old -j ACCEPT\nCOMMIT\n';
const SETS = 'create fw-bad hash:net\nadd fw-bad 10.0.0.0/8\ncreate fw-gone hash:ip\nadd fw-gone 10.0.0.1\n';

const DOCUMENT = (backend: Backend) =>
  `namespace: [a, b]\nbackend: ${backend}\n` +
  'sets:\n  bad: {type: hash:net, entries: [192.0.2.0/24, "2001:db8::/32"]}\n' +
  'tables:\n  nat:\n    OUTPUT: [-p tcp --dport 81 -j REDIRECT --to-ports 8081]\n' +
  '  filter:\n    INPUT: {policy: ACCEPT, rules: [-p tcp --dport 22 -j ACCEPT, -m set --match-set bad src -j DROP, -j new]}\n    new: [-j ACCEPT]\n';

async function makeHost(backend: Backend): Promise<MemoryHost> {
  const host = new MemoryHost();
  host.files.set(`${STATE}/a.yaml`, DOCUMENT(backend));
  for (const name of ['a', 'b']) {
    const namespace = host.machine.add(name);
    for (const family of FAMILIES) {
      expect(namespace.restore(backend, family, BEFORE, { noflush: true })).toMatchObject({ stderr: '' });
    }
    expect(namespace.restoreSets(SETS)).toMatchObject({ stderr: '' });
  }
  return host;
}

/** Two namespaces, both families, two tables each, and sets that are made, changed and destroyed. The plan is made once: it is read only. */
async function site(backend: Backend): Promise<FaultSite> {
  const made = await planState((await makeHost(backend)).start().ports);
  const run = async (host: MemoryHost, fault: Fault | undefined, more: ApplyMore) => {
    const { ports, effects } = host.start(fault);
    const told = await howEnded(applyAll(ports, more));
    effects.die();
    return { told, hit: effects.hit, effects: effects.names };
  };
  return {
    make: () => makeHost(backend),
    run: (host, fault) => run(host, fault, { make: async () => made }),
    again: (host) => run(host, undefined, {}),
  };
}

test.each<[Backend, Mode]>([
  ['nft', 'fail'],
  ['nft', 'fail-after'],
  ['nft', 'die-after'],
  ['legacy', 'die-after'],
])(
  'an apply of two namespaces on %s is whole or not at all when its nth effect goes wrong: %s',
  async (backend, mode) => {
    const { runs, before, after } = await faultLoop(await site(backend), mode);
    expect(runs).toBeGreaterThan(50);
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(0);
  },
);

test('fw recover brings back what dies with its watchdog, wherever that is', async () => {
  const { recovered } = await faultLoop(await site('nft'), 'die-after', true);
  expect(recovered).toBeGreaterThan(10);
});

test('a plan in which any effect fails says so and changes nothing', async () => {
  for (let at = 1; ; at += 1) {
    const host = await makeHost('nft');
    const before = everything(host);
    const { ports, effects } = host.start({ mode: 'fail', at });
    const told = await howEnded(planState(ports));
    if (effects.hit === undefined) break;
    expect(everything(host)).toEqual(before);
    if (told instanceof FwError) expect(told.firewall, effects.hit).toBe('unchanged');
  }
});
