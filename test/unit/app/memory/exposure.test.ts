import { expect, test } from 'vitest';
import type { Ports } from '../../../../src/ports/ports.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { type ApplyMore, applyAll, failure, rollBackTo, STATE } from '../../../support/memory-ports/run-fw.ts';

const PIPELINE: ApplyMore = { allowed: [] };
const PERSON: ApplyMore = { isConfirmed: true };

/** A namespace whose INPUT drops, in exclusive ownership, and the rules that it has. */
function machine() {
  const host = new MemoryHost();
  const namespace = host.machine.add('a');
  const write = (...rules: readonly string[]) =>
    host.files.set(
      `${STATE}/a.yaml`,
      `namespace: a\nownership: exclusive\nfamily: ipv4\ntables:\n  filter:\n    INPUT:\n      policy: DROP\n      rules: [${rules.map((rule) => JSON.stringify(rule)).join(', ')}]\n`,
    );
  const run = async <T>(work: (ports: Ports) => Promise<T>) => {
    const { ports, effects } = host.start();
    try {
      return await work(ports);
    } finally {
      effects.die();
      await host.settle();
    }
  };
  const apply = (more: ApplyMore) => run((ports) => applyAll(ports, more));
  const generation = async () => {
    const { generations } = host.start().ports;
    const number = (await generations.numbers()).at(-1) ?? 0;
    const { confirmed, lastConfirmed } = (await generations.read(number)).generation;
    return { number, confirmed, lastConfirmed };
  };
  return { host, namespace, write, apply, run, generation };
}

const ports = (first: number, last: number) => `-p tcp --dport ${first}:${last} -j ACCEPT`;

test('slices that a pipeline opens plan by plan add up, until a person confirms', async () => {
  const { write, apply, generation } = machine();
  write(ports(1, 10));
  await apply(PERSON);
  expect(await generation()).toEqual({ number: 1, confirmed: true, lastConfirmed: undefined });
  write(ports(1, 10), ports(1000, 1999));
  await apply(PIPELINE);
  expect(await generation()).toEqual({ number: 2, confirmed: undefined, lastConfirmed: 1 });
  // 900 ports more than what is live, and 1,900 more than what was confirmed.
  write(ports(1, 10), ports(1000, 1999), ports(3000, 3899));
  const stopped = await failure(apply(PIPELINE));
  expect(stopped.code).toBe('plan.guard');
  expect(stopped.diagnostics.map(({ code, output }) => [code, output])).toEqual([
    ['FWG07', 'ipv4 INPUT, tcp: from 100 % of all addresses to 1900 ports, compared with generation 1'],
  ]);
  // Something else goes on all the time.
  write(ports(1, 10), ports(1000, 1999), '-s 10.0.0.0/8 -p tcp --dport 22 -j ACCEPT');
  await apply(PIPELINE);
  expect(await generation()).toEqual({ number: 3, confirmed: undefined, lastConfirmed: 1 });
  write(ports(1, 10), ports(1000, 1999), ports(3000, 3899));
  await apply(PERSON);
  expect(await generation()).toEqual({ number: 4, confirmed: true, lastConfirmed: 1 });
  write(ports(1, 10), ports(1000, 1999), ports(3000, 3899), ports(5000, 5900));
  await apply(PIPELINE);
  expect(await generation()).toEqual({ number: 5, confirmed: undefined, lastConfirmed: 4 });
});

test('where no person ever confirmed, the first generation counts', async () => {
  const { write, apply } = machine();
  write(ports(1, 10));
  await apply(PIPELINE);
  write(ports(1, 10), ports(1000, 1999));
  await apply(PIPELINE);
  write(ports(1, 10), ports(1000, 1999), ports(3000, 3899));
  expect((await failure(apply(PIPELINE))).code).toBe('plan.guard');
});

test('a return to what was open once is stopped as well', async () => {
  const { run, write, apply } = machine();
  write('-j ACCEPT');
  await apply(PERSON);
  write(ports(1, 10));
  await apply(PERSON);
  const stopped = await failure(run((ports) => rollBackTo(ports, 1, PIPELINE)));
  expect(stopped.diagnostics.map(({ code }) => code)).toContain('FWG07');
});

test('what others have open and close by hand is no slice of a plan', async () => {
  const { namespace, write, apply } = machine();
  write(ports(1, 10));
  await apply(PERSON);
  const theirs = '*mangle\n-A PREROUTING -p tcp -m tcp --dport 9000:9999 -j ACCEPT\nCOMMIT\n';
  namespace.restore('nft', 'ipv4', theirs, { noflush: true });
  write(ports(1, 10), ports(2000, 2999));
  await apply(PIPELINE);
});

test('a table that is taken over since counts as it was first declared', async () => {
  const { host, write, apply } = machine();
  const other = (...rules: readonly string[]) =>
    host.files.set(
      `${STATE}/b.yaml`,
      `namespace: a\nownership: exclusive\nfamily: ipv6\ntables:\n  filter:\n    INPUT:\n      policy: DROP\n      rules: [${rules.map((rule) => JSON.stringify(rule)).join(', ')}]\n`,
    );
  write(ports(1, 10));
  await apply(PERSON);
  // What it was before is no more: all of IPv6 was open.
  other(ports(22, 22));
  await apply(PIPELINE);
  write(ports(1, 11));
  await apply(PIPELINE);
  for (const last of [1500, 2000]) {
    other(ports(22, 22), ports(1001, last));
    await apply(PIPELINE);
  }
  other(ports(22, 22), ports(1001, 2500));
  const stopped = await failure(apply(PIPELINE));
  expect(stopped.diagnostics.map(({ output }) => output)).toEqual([
    'ipv6 INPUT, tcp: from 100 % of all addresses to 1500 ports, compared with generation 1',
  ]);
  await apply(PERSON);
  other(ports(22, 22), ports(1001, 3000));
  await apply(PIPELINE);
});

test.each(['damaged', 'gone'])('a generation that is %s stands in the way of no plan', async (fault) => {
  const { host, write, apply } = machine();
  const other = (last: number) =>
    host.files.set(
      `${STATE}/b.yaml`,
      `namespace: a\nownership: exclusive\nfamily: ipv6\ntables:\n  filter:\n    INPUT:\n      policy: DROP\n      rules: [${JSON.stringify(ports(1001, last))}]\n`,
    );
  write(ports(1, 10));
  await apply(PERSON);
  for (const last of [1200, 1300, 1400, 1500]) {
    other(last);
    await apply(PIPELINE);
  }
  for (const number of [1, 2, 3, 4]) {
    const text = host.disk.generations.get(number) ?? '';
    host.disk.generations.set(number, '{');
    if (fault === 'gone') host.disk.generations.delete(number);
    other(1500 + number);
    await apply(PIPELINE);
    host.disk.generations.set(number, text);
  }
});

test('after a person took fw out, what is declared anew counts from its first apply on', async () => {
  const { host, run, apply } = machine();
  const declare = (...rules: readonly string[]) =>
    host.files.set(
      `${STATE}/a.yaml`,
      `namespace: a\nfamily: ipv4\ntables:\n  filter:\n    INPUT:\n      policy: DROP\n      rules: [${rules.map((rule) => JSON.stringify(rule)).join(', ')}]\n`,
    );
  declare('-p icmp -j ACCEPT', ports(1, 10));
  await apply(PERSON);
  await run((ports) => rollBackTo(ports, 0, PERSON));
  await apply(PIPELINE);
  // The host had been open, so nothing of this is news; the next thousands are.
  declare('-p icmp -j ACCEPT', ports(1, 11));
  await apply(PIPELINE);
  declare('-p icmp -j ACCEPT', ports(1, 11), ports(1000, 1999));
  await apply(PIPELINE);
  declare('-p icmp -j ACCEPT', ports(1, 11), ports(1000, 1999), ports(3000, 3899));
  expect((await failure(apply(PIPELINE))).diagnostics.map(({ code }) => code)).toContain('FWG07');
});
