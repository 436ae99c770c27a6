import { describe, expect, test } from 'vitest';
import { applyState } from '../../src/app/apply/apply.ts';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import { listChanges } from '../../src/core/plan/view/list-changes.ts';
import { type Backend, FAMILIES } from '../../src/core/rules/types.ts';
import { apply, plan, realPorts } from '../support/fw.ts';
import { inNamespace, makeNamespace, saved } from '../support/netns.ts';
import { stateFolder, writeFiles } from '../support/state-folder.ts';

const BACKENDS: readonly Backend[] = ['nft', 'legacy'];

/** The counter of the rule with this text. */
function counterOf(namespace: string, backend: Backend, part: string): string | undefined {
  const line = saved(namespace, backend, 'ipv4', { counters: true })
    .split('\n')
    .find((one) => one.includes(part));
  return /^\[(\d+):/.exec(line ?? '')?.[1];
}

describe.each(BACKENDS)('a changed comment on %s', (backend) => {
  const document = (namespace: string, comments: readonly string[]) =>
    JSON.stringify({
      namespace,
      backend,
      family: 'ipv4',
      tables: {
        filter: {
          INPUT: comments.map((comment, index) => ({
            rule: `-p icmp --icmp-type 8 -m length --length ${index}:65535`,
            ...(comment === '' ? {} : { comment }),
          })),
        },
      },
    });
  const ping = (namespace: string) => inNamespace(namespace, 'ping', ['-c3', '-i0.01', '-W1', '127.0.0.1']).status;

  test('leaves the counter of its rule, also with a plan that was made before it went on', async () => {
    const ns = makeNamespace();
    inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
    const state = stateFolder({ 'a.yaml': document(ns, ['first', '', 'third']) });
    await apply(state);
    expect(ping(ns)).toBe(0);
    writeFiles(state, { 'a.yaml': document(ns, ['say "1"', 'second', '']) });
    const made = await plan(state);
    expect(tableSteps(made.plan).flatMap(({ chains }) => chains.flatMap(({ lines }) => lines))).toMatchObject([
      { kind: 'change', from: 1, keepsCounters: true },
      { kind: 'change', from: 2, keepsCounters: true },
      { kind: 'change', from: 3, keepsCounters: true },
    ]);
    expect(ping(ns)).toBe(0);
    // The very plan of before these packets, as a saved one is applied.
    const options = {
      operator: 'test',
      lockTimeoutSeconds: 5,
      confirmSeconds: undefined,
      state,
      beginWriting: () => {},
    };
    const stop = new AbortController().signal;
    await applyState(
      realPorts(),
      { ...options, stop, make: async () => made },
      { recovered: () => {}, moved: () => {}, approve: async () => false, unchanged: async () => {} },
    );
    expect(['0:65535', '1:65535', '2:65535'].map((part) => counterOf(ns, backend, part))).toEqual(['6', '6', '6']);
    expect((await plan(state)).plan.steps).toEqual([]);
    expect(saved(ns, backend, 'ipv4')).toContain('--comment "say \\"1\\""');
  });

  test('of a rule that changes in what it does is no reason to keep a counter', async () => {
    const ns = makeNamespace();
    inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
    const state = stateFolder({ 'a.yaml': document(ns, ['first']) });
    await apply(state);
    expect(ping(ns)).toBe(0);
    writeFiles(state, { 'a.yaml': document(ns, ['second']).replace(' --icmp-type 8', '') });
    await apply(state);
    expect(counterOf(ns, backend, '--length')).toBe('0');
  });
});

test.each(BACKENDS)(
  'IPv6 on %s: a counter is promised where the programs write one, and only there',
  async (backend) => {
    const ns = makeNamespace();
    inNamespace(ns, 'ip', ['link', 'set', 'lo', 'up']);
    const document = (comment: string) =>
      JSON.stringify({
        namespace: ns,
        backend,
        tables: { filter: { INPUT: [{ rule: '-i lo', comment }] } },
      });
    const state = stateFolder({ 'a.yaml': document('one') });
    await apply(state);
    for (const host of ['127.0.0.1', '::1']) inNamespace(ns, 'ping', ['-c1', '-W1', host]);
    writeFiles(state, { 'a.yaml': document('two') });
    const { plan: made } = await plan(state);
    const promised = Object.fromEntries(
      listChanges(made).flatMap((one) => (one.type === 'rule' ? [[one.family, one.counters_kept === true]] : [])),
    );
    expect(promised).toEqual({ ipv4: true, ipv6: backend === 'legacy' });
    await apply(state);
    for (const family of FAMILIES) {
      const line = saved(ns, backend, family, { counters: true })
        .split('\n')
        .find((one) => one.includes('two'));
      if (promised[family] === true) expect(line, family).not.toMatch(/^\[0:/);
    }
  },
);
