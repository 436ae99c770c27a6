import { describe, expect, test } from 'vitest';
import { listHistory } from '../../../../src/app/generations/list-history.ts';
import { pickGeneration } from '../../../../src/app/generations/pick-generation.ts';
import { readBefore } from '../../../../src/app/generations/read-before.ts';
import { findFindings } from '../../../../src/app/plan/find-findings.ts';
import { blameChain } from '../../../../src/app/query/blame-chain.ts';
import { findDrift } from '../../../../src/app/query/find-drift.ts';
import { readMetricFacts } from '../../../../src/app/query/read-metric-facts.ts';
import { readStatus } from '../../../../src/app/query/read-status.ts';
import { readSubject } from '../../../../src/app/query/read-subject.ts';
import { confirm } from '../../../../src/app/recover/confirm.ts';
import { returnTarget } from '../../../../src/app/rollback/return-target.ts';
import { listStates } from '../../../../src/app/state-names/list-states.ts';
import type { Ports } from '../../../../src/ports/ports.ts';
import { everything } from '../../../support/memory-ports/fault-loop.ts';
import { MemoryHost } from '../../../support/memory-ports/memory-host.ts';
import { applyAll, planState, rollBackTo, STATE } from '../../../support/memory-ports/run-fw.ts';

const document = (port: number) =>
  `namespace: a\nownership: exclusive\ntables:\n  filter:\n    INPUT: [-p tcp --dport ${port} -j ACCEPT]\n`;

/** A machine on which a number of applies are kept and filed, and the state asks for one more. */
async function makeHost(filed: number): Promise<MemoryHost> {
  const host = new MemoryHost();
  host.machine.add('a');
  for (let number = 1; number <= filed + 1; number += 1) {
    host.files.set(`${STATE}/a.yaml`, document(number));
    host.clock.uptime += 60;
    if (number <= filed) await applyAll(host.start().ports);
    await host.settle();
  }
  return host;
}

type Way = (ports: Ports) => Promise<unknown>;
const WAYS: readonly (readonly [string, Way, Way | undefined])[] = [
  ['an apply', (ports) => applyAll(ports), undefined],
  ['a confirmation', (ports) => confirm(ports, undefined), (ports) => applyAll(ports, { confirmSeconds: 60 })],
];

/** What every command that reads generations learns on a machine on which `number` is the newest. */
async function expectKnown(host: MemoryHost, number: number, where: string): Promise<void> {
  const { ports } = host.start();
  const newest = await pickGeneration(ports, 'last');
  expect(newest, where).toMatchObject({ number, generation: { operator: 'alice', applied: [STATE] } });
  const history = await listHistory(ports);
  expect(
    history.map(({ entry }) => ('number' in entry ? entry.number : entry.journal)),
    where,
  ).toEqual([0, 1, 2].slice(0, number + 1));
  const [blamed] = await blameChain(ports, { namespace: 'a', family: 'ipv4', table: 'filter', chain: 'INPUT' });
  expect(blamed?.rows[0], where).toMatchObject({ owner: { kind: 'state', generation: number } });
  expect((await findDrift(ports, newest, { context: 0, stateName: undefined })).plan.steps, where).toEqual([]);
  expect(await readStatus(ports), where).toMatchObject({ generation: { number }, managed: [{}], wentBack: undefined });
  expect(await listStates(ports), where).toMatchObject({ newest: number, states: [{ name: STATE }] });
  expect(await readMetricFacts(ports, STATE), where).toMatchObject({ generation: { number }, known: 1 });
  expect((await readBefore(ports)).namespaces, where).toMatchObject([{ namespace: { name: 'a' } }]);
  expect(await ports.generations.heads(), where).toHaveLength(number);
  const receipt = await readSubject(ports, `receipt-${number}`, {
    namespaces: [],
    backend: 'auto',
    allowedSigners: undefined,
    withTraffic: true,
  }).then(
    ({ kind }) => kind,
    (error: Error) => error.message,
  );
  expect(['receipt', `the receipt of generation ${number} is written and not filed yet`], where).toContain(receipt);
  expect(await returnTarget(ports, 'last', undefined), where).toMatchObject({ number });
  host.files.set(`${STATE}/a.yaml`, document(99));
  const findings = await findFindings(ports, await planState(ports));
  expect(
    findings.map(({ id }) => id),
    where,
  ).not.toContain('FWG05');
}

describe.each([0, 1])('with %i generations filed, every reader knows one more', (filed) => {
  test.each(WAYS)('after %s whose process died at any effect behind the line that decides', async (_, run, first) => {
    const begin = async () => {
      const host = await makeHost(filed);
      await first?.(host.start().ports);
      await host.settle();
      return host;
    };
    const whole = (await begin()).start();
    await run(whole.ports);
    const line = whole.effects.names.lastIndexOf('journal.append') + 1;
    let deaths = 0;
    for (let at = line; ; at += 1) {
      const host = await begin();
      const { ports, effects } = host.start({ mode: 'die-after', at });
      await run(ports).catch(() => undefined);
      effects.die();
      host.killWatchdogs();
      await host.settle();
      await expectKnown(host, filed + 1, `effect ${at}, ${effects.hit}`);
      if (effects.hit === undefined) break;
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(4);
  });
});

test('a boot loads the apply that was decided and not filed, and it is filed then', async () => {
  const host = await makeHost(1);
  const { ports, effects } = host.start();
  const keep = () => Promise.reject(new Error('killed'));
  await applyAll({ ...ports, generations: { ...ports.generations, keep } });
  effects.die();
  await host.settle();
  const was = everything(host);
  host.boot();
  host.machine.add('a');
  expect(await rollBackTo(host.start().ports, 'last')).toMatchObject({ made: { plan: { steps: [{}, {}] } } });
  expect(everything(host)).toEqual(was);
  expect(await host.start().ports.generations.prepared()).toEqual([]);
});
