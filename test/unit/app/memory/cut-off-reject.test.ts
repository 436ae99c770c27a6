import { expect, test } from 'vitest';
import { takenBackByItself } from '../../../../src/app/generations/list-history.ts';
import { readStatus } from '../../../../src/app/query/read-status.ts';
import { confirm } from '../../../../src/app/recover/confirm.ts';
import { reject } from '../../../../src/app/recover/reject.ts';
import { printStatus } from '../../../../src/ui/answers/print-status.ts';
import { everything } from '../../../support/memory-ports/fault-loop.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, failure, STATE } from '../../../support/memory-ports/run-fw.ts';

const DOCUMENT =
  'namespace: [a, b]\nownership: exclusive\ntables:\n  filter:\n    INPUT: [-p tcp --dport 22 -j ACCEPT]\n';

/** A machine on which an apply of two namespaces waits for an hour to be confirmed. */
async function makeHost(): Promise<{ host: MemoryHost; before: string; after: string }> {
  const host = new MemoryHost();
  for (const name of ['a', 'b']) host.machine.add(name);
  const before = JSON.stringify(everything(host));
  host.files.set(`${STATE}/a.yaml`, DOCUMENT);
  await applyAll(host.start().ports, { confirmSeconds: 3600 });
  await host.settle();
  return { host, before, after: JSON.stringify(everything(host)) };
}

/** What is left when the process that rejects it dies behind each effect in turn that writes something. */
async function* cutOff() {
  const whole = (await makeHost()).host.start();
  await reject(whole.ports, undefined);
  for (const [index, name] of whole.effects.names.entries()) {
    if (!/^(kernel\.restore|journal\.append)/.test(name)) continue;
    const { host, before, after } = await makeHost();
    const { ports, effects } = host.start({ mode: 'die-after', at: index + 1 });
    await reject(ports, undefined).catch(() => undefined);
    effects.die();
    const left = JSON.stringify(everything(host));
    yield { host, before, where: `effect ${index + 1}, ${effects.hit}`, isBegun: ![before, after].includes(left) };
  }
}

test('a rejection that is cut off anywhere is told, and the watchdog ends it at once', async () => {
  let between = 0;
  for await (const { host, before, where, isBegun } of cutOff()) {
    if (isBegun) between += 1;
    const status = await readStatus(host.start().ports);
    expect(status.pending, where).toEqual([]);
    expect(status.unfinished[0]?.why ?? status.wentBack?.why, where).toBe('rejected');
    await host.settle();
    await host.clock.advance(3);
    await host.settle();
    expect(JSON.stringify(everything(host)), where).toBe(before);
    const { ports } = host.start();
    expect(await ports.journal.unfinished(), where).toEqual([]);
    // The user whose command was cut off does not know that: what comes next takes nothing more back.
    if (isBegun) expect(await takenBackByItself(ports), where).toMatchObject({ why: 'rejected' });
  }
  expect(between).toBeGreaterThan(1);
});

test('without a watchdog fw status says what ends it, fw confirm refuses, and a second rejection ends it', async () => {
  for await (const { host, before, where, isBegun } of cutOff()) {
    if (!isBegun) continue;
    host.killWatchdogs();
    const { ports } = host.start();
    const text = printStatus(await readStatus(ports)).join('\n');
    expect(text, where).toMatch(
      /Unfinished: .* was rejected, and its way back has not ended: .* Bring it back: {2}fw recover/,
    );
    const { message, next } = await failure(confirm(ports, undefined));
    expect(`${message}. ${next}`, where).toMatch(/its way back has begun and not ended.*fw recover/);
    expect(await reject(ports, undefined), where).toMatchObject({ isUndone: true });
    expect(JSON.stringify(everything(host)), where).toBe(before);
    expect(await ports.journal.unfinished(), where).toEqual([]);
    expect(await takenBackByItself(ports), where).toBeUndefined();
  }
});

test('where the disk took no line of it, fw status names what is not as it was applied', async () => {
  const { host, after } = await makeHost();
  const { ports, effects } = host.start();
  const open = async (id: string) => ({ id, append: async () => Promise.reject(new Error('ENOSPC')) });
  let written = 0;
  const restore: typeof ports.kernel.restore = async (...args) => {
    const ran = await ports.kernel.restore(...args);
    written += 1;
    if (written === 1) effects.die();
    return ran;
  };
  await reject(
    { ...ports, kernel: { ...ports.kernel, restore }, journal: { ...ports.journal, open } },
    undefined,
  ).catch(() => undefined);
  expect(JSON.stringify(everything(host))).not.toBe(after);
  const text = printStatus(await readStatus(host.start().ports)).join('\n');
  expect(text).toMatch(/Pending: .*goes back in/);
  expect(text).toMatch(/Not as it was applied: b ipv6 filter, chain INPUT/);
});
