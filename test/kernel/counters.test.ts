import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openBaselineStore } from '../../src/adapters/baselines/baseline-store.ts';
import { countSince } from '../../src/app/query/count-since.ts';
import { countTotals } from '../../src/app/query/count-totals.ts';
import type { Baseline } from '../../src/core/counters/baseline.ts';
import type { Totals } from '../../src/core/counters/totals.ts';
import { dataFolder, realPorts } from '../support/fw.ts';
import { addNamespace, inNamespace, load, makeNamespace, removeNamespace, saved } from '../support/netns.ts';

/** Requests; each is counted with its answer. By hand: FW_COUNTED=500000 for a million packets. */
const REQUESTS = Number(process.env.FW_COUNTED ?? 2000);

const RULES = `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -p icmp -j ACCEPT
COMMIT
`;

describe.each(['nft', 'legacy'] as const)('%s', (backend) => {
  test('two readers that ask while packets flow are told every packet once, and nothing is zeroed', async () => {
    const ns = makeNamespace('counted');
    inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
    load(ns, backend, 'ipv4', RULES);
    const ports = realPorts();
    const sums = new Map<string, bigint>();
    const baselines = new Map<string, Baseline>();
    const ask = async (reader: string) => {
      const options = { namespaces: [ns], backend: 'auto', chains: [] } as const;
      const counted = await countSince(ports, baselines.get(reader), options);
      baselines.set(reader, counted.baseline);
      for (const { chain, text, counters, family } of counted.rows) {
        if (family === 'ipv6') continue;
        for (const [at, count] of counters.entries()) {
          const key = `${reader} ${chain} ${text} ${at}`;
          sums.set(key, (sums.get(key) ?? 0n) + BigInt(count));
        }
      }
      return counted;
    };
    const ping = spawn('ip', ['netns', 'exec', ns, 'ping', '-q', '-f', '-c', String(REQUESTS), '127.0.0.1']);
    let isOver = false;
    const over = once(ping, 'exit').then(() => {
      isOver = true;
    });
    let calls = 0;
    for (; !isOver || calls < 2; calls += 1) await ask(calls % 3 === 0 ? 'one' : 'two');
    await over;
    await ask('one');
    await ask('two');

    // As the kernel has it in the end.
    const text = saved(ns, backend, 'ipv4', { counters: true });
    const [, rule] = /^\[(\d+):\d+\] -A INPUT/m.exec(text) ?? [];
    expect(rule).toBe(String(2 * REQUESTS));
    const told = (reader: string, place: string) => [0, 1].map((at) => sums.get(`${reader} ${place} ${at}`));
    const counters = (of: RegExp) => (of.exec(text) ?? []).slice(1).map(BigInt);
    for (const reader of ['one', 'two']) {
      expect(told(reader, 'INPUT -p icmp -j ACCEPT')).toEqual(counters(/^\[(\d+):(\d+)\] -A INPUT/m));
      expect(told(reader, 'OUTPUT policy ACCEPT')).toEqual(counters(/^:OUTPUT ACCEPT \[(\d+):(\d+)\]/m));
    }
    expect(told('one', 'OUTPUT policy ACCEPT')[0]).toBe(BigInt(2 * REQUESTS));

    // Somebody zeroes, and makes the rule anew: it counts from zero.
    inNamespace(ns, `iptables-${backend}`, ['-Z']);
    inNamespace(ns, 'ping', ['-q', '-c', '1', '127.0.0.1']);
    const zeroed = await ask('one');
    expect(zeroed.rows.find((one) => one.text === '-p icmp -j ACCEPT')).toMatchObject({
      counters: ['2', '168'],
      change: 'restarted',
    });
    expect(zeroed.namespaces).toMatchObject([{ namespace: ns, why: undefined, isUnsure: false }]);
  });
});

test('a rule that is edited ten times is counted on, under its comment', async () => {
  const ns = makeNamespace('edited');
  const ports = realPorts();
  const filter = { families: [], tables: [], chains: [], dropping: false } as const;
  const options = { namespaces: [ns], backend: 'auto', chains: [], filter } as const;
  inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
  load(ns, 'nft', 'ipv4', '*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment "web 1" -j ACCEPT\nCOMMIT\n');
  let totals: Totals | undefined;
  for (let edit = 1; edit <= 10; edit += 1) {
    const match = ['-p', 'icmp', '-m', 'length', '--length', `${edit}:1000`];
    inNamespace(ns, 'iptables', ['-R', 'INPUT', '1', ...match, '-m', 'comment', '--comment', 'web 1', '-j', 'ACCEPT']);
    inNamespace(ns, 'ping', ['-q', '-c', '1', '127.0.0.1']);
    const counted = await countTotals(ports, totals, options);
    totals = counted.totals;
    expect(counted.shown.find(({ rule }) => rule === 'web 1')?.counters).toEqual([`${2 * edit}`, `${168 * edit}`]);
    expect(counted.shown.find(({ rule, chain }) => rule === null && chain === 'INPUT')?.counters).toEqual(['0', '0']);
  }
});

test('a namespace that was made anew under its name counts from the beginning, and one that is gone is said', async () => {
  const ns = makeNamespace('anew');
  const ports = realPorts();
  const options = { namespaces: [`${ns}*`], backend: 'auto', chains: [] } as const;
  load(ns, 'nft', 'ipv4', '*filter\n:INPUT ACCEPT [5:50]\nCOMMIT\n', ['--counters']);
  const first = await countSince(ports, undefined, options);
  expect(first.rows.find(({ chain }) => chain === 'INPUT')?.counters).toEqual(['5', '50']);
  expect(first.namespaces).toMatchObject([{ why: 'first', since: undefined }]);
  removeNamespace(ns);
  addNamespace(ns);
  load(ns, 'nft', 'ipv4', '*filter\n:INPUT ACCEPT [7:70]\nCOMMIT\n', ['--counters']);
  const second = await countSince(ports, first.baseline, options);
  expect(second.rows.find(({ chain }) => chain === 'INPUT')?.counters).toEqual(['7', '70']);
  expect(second.namespaces).toMatchObject([{ why: 'made anew' }]);
  addNamespace(`${ns}x`);
  const third = await countSince(ports, second.baseline, options);
  removeNamespace(`${ns}x`);
  const fourth = await countSince(ports, third.baseline, options);
  expect(fourth.namespaces).toMatchObject([{ namespace: ns }, { namespace: `${ns}x`, why: 'gone' }]);
  expect(fourth.baseline.namespaces).toHaveLength(1);
});

test('one run at a time has a reader, and a reader that has it keeps no other one away', async () => {
  const readers = openBaselineStore(dataFolder(), 0);
  const [one, other] = [await readers.open('one'), await readers.open('other')];
  await expect(readers.open('one')).rejects.toMatchObject({ code: 'run.locked', exit: 7 });
  await one.write({ version: 1, namespaces: [] });
  await one.close();
  const again = await readers.open('one');
  expect(await again.read()).toEqual({ version: 1, namespaces: [] });
  expect(await other.read()).toBeUndefined();
  await Promise.all([again.close(), other.close()]);
  await expect(readers.open('../one')).rejects.toMatchObject({ code: 'usage' });
});
