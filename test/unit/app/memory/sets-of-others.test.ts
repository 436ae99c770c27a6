import { describe, expect, test } from 'vitest';
import { howEnded } from '../../../support/memory-ports/fault-loop.ts';
import type { Fault, Mode } from '../../../support/memory-ports/faults.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, contentOf, recoverHost, STATE } from '../../../support/memory-ports/run-fw.ts';

const document = (more: string) =>
  `namespace: a\nsets:\n  bans: {type: hash:net, family: ipv4${more}}\n` +
  'tables:\n  filter:\n    INPUT: [-m set --match-set bans src -j DROP]\n';

type Site = { readonly before: string; readonly after: string; readonly entries: readonly number[] };

const net = (one: number) => `10.${one}.0.0/16`;
const declared = (entries: readonly number[]) => `, entries: [${entries.map(net).join(', ')}]`;

/** A set that others fill and whose options the state changes, and one of which the state declares nearly all entries anew. */
const SITES: readonly (readonly [string, Site])[] = [
  ['others fill', { before: '', after: ', comment: true', entries: [1, 2] }],
  ['is declared', { before: declared([1, 2, 3, 4, 5]), after: declared([1, 6]), entries: [1, 2, 3, 4, 5] }],
];

async function makeHost({ before, after, entries }: Site): Promise<MemoryHost> {
  const host = new MemoryHost();
  const namespace = host.machine.add('a');
  host.files.set(`${STATE}/a.yaml`, document(before));
  await applyAll(host.start().ports);
  await host.settle();
  if (before === '') namespace.restoreSets(entries.map((one) => `add fw-bans ${net(one)}\n`).join(''));
  host.files.set(`${STATE}/a.yaml`, document(after));
  host.clock.uptime += 60;
  return host;
}

async function run(site: Site, fault?: Fault) {
  const host = await makeHost(site);
  const namespace = host.machine.named.get('a');
  if (namespace === undefined) throw new Error('no namespace');
  const { ports, effects } = host.start(fault);
  let isChanged = false;
  const restoreSets: typeof ports.kernel.restoreSets = (place, text) => {
    if (!isChanged && text.includes('swap ') && !effects.isDead) {
      isChanged = true;
      namespace.restoreSets(`del fw-bans ${net(1)}\nadd fw-bans ${net(9)}\n`);
    }
    return ports.kernel.restoreSets(place, text);
  };
  await howEnded(applyAll({ ...ports, kernel: { ...ports.kernel, restoreSets } }));
  effects.die();
  await host.settle();
  await recoverHost(host);
  return { effects, isChanged, content: contentOf(namespace) };
}

describe.each(SITES)('what others do to a set that %s, right before it is swapped', (_, site) => {
  test.each<Mode>(['fail', 'fail-after', 'die-after'])('outlives every effect that goes wrong: %s', async (mode) => {
    const whole = await run(site);
    let changed = 0;
    for (let at = whole.effects.names.indexOf('journal.begin') + 1; ; at += 1) {
      const { effects, isChanged, content } = await run(site, { mode, at });
      const where = `effect ${at}, ${effects.hit}`;
      const entries = isChanged ? [...site.entries.slice(1), 9] : site.entries;
      expect(content.match(/^add .*$/gm), where).toEqual(entries.map((one) => `add fw-bans ${net(one)}`));
      expect(content, where).not.toContain('~');
      if (effects.hit === undefined) break;
      if (isChanged) changed += 1;
    }
    expect(changed).toBeGreaterThan(10);
  });
});
