import { describe, expect, test } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import type { Kernel, Scratch } from '../../src/ports/ports.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { makeNamespace, saved } from '../support/netns.ts';
import { stateFolder } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

/** A host name with two addresses: what the resolver would answer stands in the text that iptables-restore reads. */
function resolving(count: { loads: number }): (kernel: Kernel) => Kernel {
  return (kernel) => ({
    ...kernel,
    scratch: async (): Promise<Scratch> => {
      const scratch = await kernel.scratch();
      return {
        ...scratch,
        restore: (backend, family, text, options) => {
          count.loads += 1;
          return scratch.restore(backend, family, text.replaceAll('two.example', '192.0.2.1,192.0.2.2'), options);
        },
      };
    },
  });
}

describe.each(BACKENDS)('one written rule that is several in the kernel, on %s', (backend) => {
  test('a host name with two addresses, among many other rules and an address list', async () => {
    const name = makeNamespace();
    const ports = Array.from({ length: 60 }, (_, index) => `    - -p tcp --dport ${index + 1} -j ACCEPT\n`);
    const head = `namespace: ${name}\nbackend: ${backend}\nownership: exclusive\ntables:\n  filter:\n   INPUT:\n`;
    const rules = `${ports.join('')}    - {rule: -s two.example -j DROP, family: ipv4}\n    - -s 10.0.0.1,10.0.0.2 -d 10.1.0.1,10.1.0.2 -j DROP\n    - -j RETURN\n`;
    const state = stateFolder({ 'a.yaml': head + rules });
    const count = { loads: 0 };
    await apply(state, realPorts(resolving(count)));
    const lines = saved(name, backend, 'ipv4').split('\n');
    expect(lines.filter((line) => line.startsWith('-A ')).slice(60)).toEqual([
      '-A INPUT -s 192.0.2.1/32 -j DROP',
      '-A INPUT -s 192.0.2.2/32 -j DROP',
      '-A INPUT -s 10.0.0.1/32 -d 10.1.0.1/32 -j DROP',
      '-A INPUT -s 10.0.0.1/32 -d 10.1.0.2/32 -j DROP',
      '-A INPUT -s 10.0.0.2/32 -d 10.1.0.1/32 -j DROP',
      '-A INPUT -s 10.0.0.2/32 -d 10.1.0.2/32 -j DROP',
      '-A INPUT -j RETURN',
    ]);
    expect((await plan(state, realPorts(resolving(count)))).plan.steps).toEqual([]);
    // Not one load for each rule of the chain: parts are halved until the host name stands alone.
    expect(count.loads).toBeLessThan(60);
  });
});
