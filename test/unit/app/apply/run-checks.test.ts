import { expect, test } from 'vitest';
import { runChecks } from '../../../../src/app/apply/run-checks.ts';
import type { PlannedCheck } from '../../../../src/core/desired/types.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import type { Answer, Ports } from '../../../../src/ports/ports.ts';

const REFUSED: Answer = { passed: false, words: 'connection refused', output: '' };
const CONNECTED: Answer = { passed: true, words: 'connected', output: '' };

const SSH: PlannedCheck = {
  probe: { kind: 'tcp', host: '192.0.2.1', port: 22 },
  from: { kind: 'named', name: 'edge' },
  retries: 2,
  timeoutMs: 5_000,
  waitMs: 1_000,
  name: 'ssh',
  origin: 'state/a.yaml:2',
};

/** Ports that write down what happens; the prober gives one answer after the other, then `last` for ever. */
function fakePorts(answers: readonly Answer[], onSleep: () => void = () => {}) {
  const log: string[] = [];
  const left = [...answers];
  const ports: Pick<Ports, 'prober' | 'clock' | 'report'> = {
    prober: {
      probe: async ({ probe }) => {
        log.push(`try ${probe.kind}`);
        return left.shift() ?? REFUSED;
      },
    },
    clock: {
      uptime: () => 0,
      now: () => new Date(0),
      turn: async () => {},
      sleep: async (milliseconds) => {
        log.push(`wait ${milliseconds}`);
        onSleep();
      },
    },
    report: (progress) => log.push(progress.kind === 'phase' ? progress.phase : progress.kind),
  };
  return { ports, log };
}

async function failure(work: Promise<unknown>): Promise<FwError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FwError)) throw new Error(`no FwError but ${String(error)}`);
  return error;
}

const NEVER = new AbortController().signal;

test('without checks nothing is tried and nothing is reported', async () => {
  const { ports, log } = fakePorts([]);
  await runChecks(ports, [], NEVER);
  expect(log).toEqual([]);
});

test('checks run in order, each until it passes', async () => {
  const { ports, log } = fakePorts([REFUSED, CONNECTED, CONNECTED]);
  await runChecks(ports, [SSH, { ...SSH, probe: { kind: 'http', url: 'http://10.0.0.1/' } }], NEVER);
  expect(log).toEqual(['check', 'try tcp', 'wait 1000', 'try tcp', 'try http']);
});

test('a check that passes with its last try passes', async () => {
  const { ports, log } = fakePorts([REFUSED, REFUSED, CONNECTED]);
  await runChecks(ports, [SSH], NEVER);
  expect(log.filter((line) => line.startsWith('try'))).toHaveLength(3);
});

test('a check that never passes says what was tried, where it stands, how often, and the last answer', async () => {
  const { ports, log } = fakePorts([]);
  const error = await failure(runChecks(ports, [SSH, SSH], NEVER));
  expect(error).toMatchObject({
    code: 'apply.check-failed',
    exit: 8,
    message: 'the check "ssh" at state/a.yaml:2 failed: tcp 192.0.2.1:22 from edge, tried 3 times: connection refused',
    output: undefined,
  });
  expect(log).toEqual(['check', 'try tcp', 'wait 1000', 'try tcp', 'wait 1000', 'try tcp']);
});

test('the words of a failing command are kept', async () => {
  const { ports } = fakePorts([{ passed: false, words: 'exit code 3', output: 'no answer\nfrom db' }]);
  const { name: _, ...unnamed } = SSH;
  const command: PlannedCheck = {
    ...unnamed,
    probe: { kind: 'command', words: ['/bin/smoke', '--of', 'two words'] },
    from: { kind: 'host' },
    retries: 0,
  };
  const error = await failure(runChecks(ports, [command], NEVER));
  expect(error.message).toBe(
    "the check at state/a.yaml:2 failed: /bin/smoke --of 'two words' from host, tried once: exit code 3",
  );
  expect(error.output).toBe('no answer\nfrom db');
});

test('a stop while waiting ends the checks with its own reason', async () => {
  const stop = new AbortController();
  const reason = new FwError('run.interrupted', 'interrupted');
  const { ports, log } = fakePorts([], () => stop.abort(reason));
  expect(await failure(runChecks(ports, [SSH], stop.signal))).toBe(reason);
  expect(log).toEqual(['check', 'try tcp', 'wait 1000']);
});

test('a wait that never ends is left at a stop', async () => {
  const stop = new AbortController();
  const reason = new FwError('run.terminated', 'terminated');
  const { ports } = fakePorts([]);
  const sleep = () => {
    queueMicrotask(() => stop.abort(reason));
    return new Promise<void>(() => {});
  };
  const never = { ...ports, clock: { ...ports.clock, sleep } };
  expect(await failure(runChecks(never, [SSH], stop.signal))).toBe(reason);
});
