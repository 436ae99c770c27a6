import { describe, expect, test } from 'vitest';
import { FAMILIES } from '../../../src/core/rules/types.ts';
import type { BatchesOptions } from '../../../src/library/batch-types.ts';
import type { Context } from '../../../src/library/call.ts';
import { firewallOn, refusal } from '../../support/library.ts';
import { everything } from '../../support/memory-ports/fault-loop.ts';
import { MemoryHost } from '../../support/memory-ports/memory-host.ts';

const FOREIGN = '*filter\n:INPUT ACCEPT [3:30]\n[5:50] -A INPUT -s 10.0.0.9/32 -j DROP\nCOMMIT\n';

/** A document that accepts a port of TCP. */
const port = (number: number, more = '') => ({
  path: `ports/${number}.yaml`,
  text: `namespace: a\n${more}tables:\n  filter:\n    INPUT:\n      - -p tcp --dport ${number} -j ACCEPT\n`,
});

/** A document with a rule of its own words. */
const wrong = (number: number, rule: string) => ({
  path: `ports/${number}.yaml`,
  text: `namespace: a\ntables:\n  filter:\n    INPUT:\n      - ${rule}\n`,
});

/** What became of each call, by its code. */
const outcomes = (calls: readonly Promise<unknown>[]) =>
  Promise.all(
    calls.map((call) =>
      call.then(
        () => 'carried',
        ({ code }: { code: string }) => code,
      ),
    ),
  );

function makeSite(options: Partial<BatchesOptions> = {}, more: Partial<Context> = {}) {
  const host = new MemoryHost();
  const namespace = host.machine.add('a');
  for (const family of FAMILIES) namespace.restore('nft', family, FOREIGN, { noflush: true });
  const calls: number[] = [];
  const ports: Context['ports'] = (report) => {
    calls.push(1);
    const started = host.start().ports;
    // In memory only who waits for ever waits at all, and a watchdog has the lock for a moment after its apply.
    const acquire: typeof started.lock.acquire = (purpose, seconds, more) =>
      started.lock.acquire(purpose, seconds === 30 ? Number.POSITIVE_INFINITY : seconds, more);
    return { ...started, lock: { ...started.lock, acquire }, report };
  };
  const firewall = firewallOn(host, { ports, ...more });
  const batches = firewall.batches({ name: 'agent', documents: [], ...options });
  const accepted = () => [...(everything(host).a ?? '').matchAll(/fw-INPUT .*--dport (\d+)/g)].map(([, one]) => one);
  return { host, firewall, batches, accepted, applies: () => calls.length };
}

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);

/** The ports in both families, as they are live. */
const twice = (ports: readonly number[]) => FAMILIES.flatMap(() => ports.map(String)).sort();

describe('changes of many callers', () => {
  test('a hundred are one apply and one generation', async () => {
    const { firewall, batches, accepted, applies } = makeSite();
    const all = await Promise.all(numbers(100).map((one) => batches.defer({ put: [port(one)] })));
    expect(applies()).toBe(1);
    expect(new Set(all.map(({ generation }) => generation))).toEqual(new Set([1]));
    expect(all[0]).toEqual({ changed: true, generation: 1, unfiled: null, recovered: [], carried: 100 });
    expect(accepted().sort()).toEqual(twice(numbers(100)));
    expect(await firewall.history()).toMatchObject([{ type: 'before' }, { type: 'generation', applied: ['agent'] }]);
  });

  test('what is asked for while one is at work is the next', async () => {
    const { batches, accepted } = makeSite();
    const first = batches.defer({ put: [port(80)] });
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const others = [batches.defer({ put: [port(81)] }), batches.defer({ remove: [port(80).path] })];
    expect(await first).toMatchObject({ generation: 1, carried: 1 });
    expect(await Promise.all(others)).toMatchObject([
      { generation: 2, carried: 2 },
      { generation: 2, carried: 2 },
    ]);
    expect(accepted()).toEqual(['81', '81']);
  });

  test('the documents of the start are applied with the first, and the later of two about one path wins', async () => {
    const { batches, accepted } = makeSite({ documents: [port(22), port(23)] });
    const same = (number: number) => ({ ...port(number), path: 'one.yaml' });
    await Promise.all([
      batches.defer({ put: [same(80)] }),
      batches.defer({ put: [same(81)], remove: [port(23).path, 'never-there.yaml'] }),
    ]);
    expect(accepted()).toEqual(['81', '22', '81', '22']);
    expect(batches.documents().map(({ path }) => path)).toEqual([port(22).path, 'one.yaml']);
    expect(await batches.defer({ remove: ['never-there.yaml'] })).toMatchObject({ changed: false });
  });

  test('nothing is applied while it is held, and what was taken back is not', async () => {
    const { batches, accepted, applies } = makeSite();
    const stop = new AbortController();
    const [one, other] = [batches.hold(), batches.hold()];
    const kept = batches.defer({ put: [port(80)] });
    const withdrawn = refusal(batches.defer({ put: [port(81)] }, { signal: stop.signal }));
    stop.abort();
    expect(await withdrawn).toMatchObject({ code: 'run.interrupted', firewall: 'unchanged' });
    expect(await refusal(batches.defer({ put: [port(82)] }, { signal: stop.signal }))).toMatchObject({
      code: 'run.interrupted',
    });
    one();
    one();
    await new Promise((resolve) => setImmediate(resolve));
    expect(applies()).toBe(0);
    other();
    expect(await kept).toMatchObject({ carried: 1 });
    expect(accepted()).toEqual(['80', '80']);
  });

  test('the last rules go where a document still names their place, and are not left behind where none does', async () => {
    const empty = { path: 'place.yaml', text: 'namespace: a\ntables: {filter: {INPUT: []}}\n' };
    const { batches, accepted } = makeSite({ documents: [empty], allow: ['FWG01'] });
    await batches.defer({ put: [port(80)] });
    const calls = [{ remove: [empty.path, port(80).path] }, { put: [port(81)] }].map((one) => batches.defer(one));
    expect(await outcomes(calls)).toEqual(['carried', 'carried']);
    const error = await refusal(batches.defer({ remove: [empty.path, port(81).path] }));
    expect(error).toMatchObject({ code: 'state.invalid', diagnostics: [{ code: 'state.abandoned' }] });
    expect(accepted()).toEqual(['81', '81']);
    await batches.defer({ put: [empty], remove: [port(81).path] });
    expect(accepted()).toEqual([]);
  });
});

/** Closes a guard beside PROMISED, and names no place. */
const LOCK = { path: 'lock.yaml', text: 'namespace: a\ntables: {filter: {INPUT: [-j DROP]}}\n' };
const PROMISED = { path: 'promised.yaml', text: 'namespace: a\nreachable:\n  - tcp 203.0.113.7 -> any port 22\n' };

describe('a change that cannot be applied', () => {
  test('is refused with its own places, and the others are carried by one apply', async () => {
    const { batches, accepted, applies } = makeSite();
    const good = numbers(20).map((one) => batches.defer({ put: [port(one)] }));
    const bad = [
      batches.defer({ put: [wrong(98, '-p tcp -j')] }),
      batches.defer({ put: [wrong(97, '-p tcp -j'), wrong(96, '-j NOWHERE2')] }),
      batches.defer({ put: [{ path: 'x.yaml', text: 'namespace: missing\ntables: {filter: {INPUT: [-j ACCEPT]}}' }] }),
    ];
    const errors = await Promise.all(bad.map(refusal));
    expect(errors.map(({ code }) => code)).toEqual(['state.invalid', 'state.invalid', 'env.no-namespace']);
    const files = errors.map(({ diagnostics }) => new Set(diagnostics.map(({ range }) => range?.filename)));
    expect(files).toEqual([new Set(['ports/98.yaml']), new Set(['ports/97.yaml']), new Set(['x.yaml'])]);
    expect(errors[0]).toMatchObject({ firewall: 'unchanged', exit: 1 });
    expect(await Promise.all(good)).toMatchObject(numbers(20).map(() => ({ generation: 1, carried: 20 })));
    expect(accepted().sort()).toEqual(twice(numbers(20)));
    expect(applies()).toBe(1);
    expect(batches.documents()).toHaveLength(20);
  });

  test('is found where only a guard tells of it', async () => {
    const { batches, accepted } = makeSite({ documents: [port(1), port(2), PROMISED] });
    await batches.defer({ put: [port(3)] });
    const calls = [
      batches.defer({ put: [port(4)] }),
      batches.defer({ put: [port(5)] }),
      batches.defer({ put: [LOCK] }),
      batches.defer({ put: [port(6)], remove: [port(1).path] }),
    ];
    expect(await outcomes(calls)).toEqual(['carried', 'carried', 'plan.guard', 'carried']);
    expect(accepted().sort()).toEqual(twice([2, 3, 4, 5, 6]));
  });

  test('one that needs what another asks for is carried with it, whatever their order', async () => {
    const { batches } = makeSite({ documents: [PROMISED] });
    const jump = { path: 'a.yaml', text: 'namespace: a\ntables: {filter: {INPUT: [-j web]}}\n' };
    const chain = { path: 'b.yaml', text: 'namespace: a\ntables: {filter: {web: [-p tcp --dport 80 -j ACCEPT]}}\n' };
    const calls = [[jump], [port(1)], [LOCK], [chain]].map((put) => batches.defer({ put }));
    expect(await outcomes(calls)).toEqual(['carried', 'carried', 'plan.guard', 'carried']);
  });

  test('with what is applied being at fault, all are told so', async () => {
    const { batches, host, applies } = makeSite({ documents: [port(1)] });
    host.machine.named.delete('a');
    const calls = [batches.defer({ put: [port(2)] }), batches.defer({ put: [port(3)] })];
    expect(await outcomes(calls)).toEqual(['env.no-namespace', 'env.no-namespace']);
    expect(applies()).toBe(1);
    expect(batches.documents()).toHaveLength(1);
  });

  test('is refused at once where it is none', async () => {
    const { batches, applies, firewall } = makeSite();
    const calls = [
      batches.defer({ put: [{ path: '../a.yaml', text: '' }] }),
      batches.defer({ put: [port(1)], remove: [port(1).path] }),
      batches.defer({ remove: 'a.yaml' as never }),
    ];
    expect(await outcomes(calls)).toEqual(['usage', 'usage', 'usage']);
    expect(applies()).toBe(0);
    const options = [{ name: 'a/b' }, { allow: ['FWG99'] }, { documents: 'x' }, { lockTimeoutSeconds: 0 }];
    for (const one of options)
      expect(() => firewall.batches({ name: 'agent', documents: [], ...(one as object) })).toThrow(
        expect.objectContaining({ name: 'FirewallError', code: 'usage' }),
      );
  });

  test('is found by halves where only a check tells of it', async () => {
    const { batches, host, accepted } = makeSite();
    const check = 'checks: [{name: up, tcp: "192.0.2.1:9"}]\n';
    host.answer = () => ({ passed: false, words: 'refused', output: '' });
    const calls = numbers(8).map((one) => batches.defer({ put: [port(one, one === 5 ? check : '')] }));
    const expected = numbers(8).map((one) => (one === 5 ? 'apply.check-failed' : 'carried'));
    expect(await outcomes(calls)).toEqual(expected);
    expect(accepted().sort()).toEqual(twice([1, 2, 3, 4, 6, 7, 8]));
  });
});

describe('an apply that is not about the changes', () => {
  test('that another fw keeps waiting is an error for all, and they may ask again', async () => {
    const { batches, host, accepted } = makeSite({ lockTimeoutSeconds: 1 });
    const lock = await host.start().ports.lock.acquire('fw apply', 0);
    const calls = [batches.defer({ put: [port(1)] }), batches.defer({ put: [port(2)] })].map(refusal);
    await host.clock.advance(2);
    for (const one of await Promise.all(calls))
      expect(one).toMatchObject({ code: 'run.locked', firewall: 'unchanged' });
    await lock.release();
    await batches.defer({ put: [port(3)] });
    expect(accepted()).toEqual(['3', '3']);
  });

  test('that is stopped changes nothing, for those behind it too', async () => {
    const stop = new AbortController();
    const { batches, accepted } = makeSite({ signal: stop.signal });
    const call = refusal(batches.defer({ put: [port(1)] }));
    stop.abort();
    expect(await call).toMatchObject({ code: 'run.interrupted', firewall: 'unchanged' });
    expect(await refusal(batches.defer({ put: [port(2)] }))).toMatchObject({ code: 'run.interrupted' });
    expect(accepted()).toEqual([]);
  });
});
