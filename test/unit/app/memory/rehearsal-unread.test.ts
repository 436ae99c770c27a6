import { describe, expect, test } from 'vitest';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import type { Kernel, Ports } from '../../../../src/ports/ports.ts';
import { withBytes } from '../../../support/memory-kernel/with-bytes.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, failure, planState, STATE } from '../../../support/memory-ports/run-fw.ts';

const LIVE = '*filter\n:INPUT DROP [3:30]\n[5:50] -A INPUT -s 10.0.0.9/32 -j ACCEPT\nCOMMIT\n';
const OTHERS = '*filter\n-I INPUT -s 10.0.0.7/32 -j ACCEPT\nCOMMIT\n';
const DOCUMENT = 'namespace: a\nfamily: ipv4\ntables:\n  filter:\n    INPUT: [-p tcp --dport 22 -j ACCEPT]\n';

function makeHost(document = DOCUMENT): MemoryHost {
  const host = new MemoryHost();
  host.files.set(`${STATE}/a.yaml`, document);
  host.machine.add('a').restore('nft', 'ipv4', LIVE, { noflush: true });
  return host;
}

/** What is done with the rules of the namespace, one word for each program; tests forget it when the plan is shown. */
function noted(ports: Ports): { readonly ports: Ports; readonly words: string[] } {
  const words: string[] = [];
  const bytes = withBytes(ports.kernel);
  const kernel: Kernel = {
    ...bytes,
    save: (requests) => {
      words.push('save');
      return bytes.save(requests);
    },
    restore: (...args) => {
      words.push('restore');
      return bytes.restore(...args);
    },
  };
  return { ports: { ...ports, kernel }, words };
}

const rulesIn = (host: MemoryHost) =>
  host.machine
    .find({ kind: 'named', name: 'a' })
    ?.save('nft', 'ipv4', new Date(0))
    .stdout.split('\n')
    .filter((line) => line.includes('-A '));

describe('a rehearsal of what the plan has just read', () => {
  test('needs no second look where the bytes are those of the plan', async () => {
    const host = makeHost();
    const { ports, words } = noted(host.start().ports);
    await applyAll(ports, { shown: () => void words.splice(0) });
    expect(words).toEqual(['restore', 'save']);
    expect(rulesIn(host)?.join('\n')).toContain('--dport 22');
  });

  test('looks again where the kernel tells no bytes', async () => {
    const host = makeHost();
    const { ports, words } = noted(host.start().ports);
    await applyAll(
      { ...ports, kernel: { ...ports.kernel, dumpNft: async (all) => all.map(() => undefined) } },
      { shown: () => void words.splice(0) },
    );
    expect(words).toEqual(['save', 'restore', 'save']);
  });

  test('looks again for the counters that an edit sets', async () => {
    const host = makeHost(
      'namespace: a\nfamily: ipv4\nownership: exclusive\ntables:\n  filter:\n    INPUT: [-s 10.0.0.9/32 -m comment --comment new -j ACCEPT]\n',
    );
    const { ports, words } = noted(host.start().ports);
    await applyAll(ports, { shown: () => void words.splice(0) });
    expect(words).toEqual(['save', 'restore', 'save']);
  });

  test('looks again where the plan is older than a few seconds', async () => {
    const host = makeHost();
    const { ports, words } = noted(host.start().ports);
    const make = async () => {
      const made = await planState(ports);
      host.clock.uptime += 11;
      return made;
    };
    await applyAll(ports, { make, shown: () => void words.splice(0) });
    expect(words).toEqual(['save', 'restore', 'save']);
  });

  test('finds what others wrote after the plan, also where nothing tells of commits', async () => {
    const host = makeHost();
    const { ports, words } = noted(host.start().ports);
    const kernel = { ...ports.kernel, genids: async (all: readonly unknown[]) => all.map(() => undefined) };
    let isFirst = true;
    const shown = () => {
      if (isFirst) host.machine.find({ kind: 'named', name: 'a' })?.restore('nft', 'ipv4', OTHERS, { noflush: true });
      isFirst = false;
    };
    await applyAll({ ...ports, kernel }, { shown });
    expect(words.filter((word) => word === 'restore')).toHaveLength(1);
    expect(rulesIn(host)).toEqual(
      expect.arrayContaining([expect.stringContaining('10.0.0.7'), expect.stringContaining('22')]),
    );
  });
});

describe('a watchdog that was started ahead of its journal', () => {
  /** Ports with a spare watchdog that answers as it is told, and what is asked of it. */
  function withSpare(
    ports: Ports,
    answer: () => Promise<boolean>,
  ): { readonly ports: Ports; readonly asked: string[] } {
    const asked: string[] = [];
    const watchdog: Ports['watchdog'] = {
      ...ports.watchdog,
      arm: async (id) => {
        asked.push('arm');
        await ports.watchdog.arm(id);
      },
      spare: () => ({
        watch: async (id) => {
          asked.push('watch');
          const watches = await answer();
          if (watches) await ports.watchdog.arm(id);
          return watches;
        },
        release: () => void asked.push('release'),
      }),
    };
    return { ports: { ...ports, watchdog }, asked };
  }

  test('gets the journal, and no other one is started', async () => {
    const { ports, asked } = withSpare(makeHost().start().ports, async () => true);
    await applyAll(ports);
    expect(asked.filter((word) => word !== 'release')).toEqual(['watch']);
  });

  test('one that does not take it is replaced', async () => {
    const { ports, asked } = withSpare(makeHost().start().ports, async () => false);
    await applyAll(ports);
    expect(asked.filter((word) => word !== 'release')).toEqual(['watch', 'arm']);
  });

  test('is let go where the rehearsal fails, and nothing is written', async () => {
    const host = makeHost();
    const { ports, asked } = withSpare(host.start().ports, async () => true);
    const scratch: Kernel['scratch'] = async () => {
      throw new FwError('env.no-scratch', 'no scratch namespace');
    };
    const made = await planState(ports);
    await failure(applyAll({ ...ports, kernel: { ...ports.kernel, scratch } }, { make: async () => made }));
    expect(asked).toContain('release');
    expect(asked).not.toContain('watch');
    expect(rulesIn(host)).toHaveLength(1);
  });
});
