import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type Applied, applyState } from '../../src/app/apply/apply.ts';
import { type MadePlan, makePlan } from '../../src/app/plan/make-plan.ts';
import { tableSteps } from '../../src/core/plan/in-order.ts';
import { printStepEdits } from '../../src/core/plan/step-edits.ts';
import type { Kernel, Ports } from '../../src/ports/ports.ts';
import { wire } from '../../src/wire/wire.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) // A watchdog may be writing its last line.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

/** A data folder of its own, removed after the test. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fwt-data-'));
  folders.push(folder);
  return folder;
}

/** The real ports with an own data folder; `wrap` may stand between fw and the kernel. */
export function realPorts(wrap: (kernel: Kernel) => Kernel = (kernel) => kernel, data = dataFolder()): Ports {
  const ports = wire({ dataDir: data, report: () => {} });
  // The watchdog is a second fw, which tests of the built program have; here fw does not die.
  return {
    ...ports,
    kernel: wrap(ports.kernel),
    watchdog: { arm: async () => {}, isAlive: async () => true, others: async () => ({ runs: [], unread: [] }) },
  };
}

export function plan(state: string, ports = realPorts()): Promise<MadePlan> {
  return makePlan(ports, { state, allowEmpty: false, context: 2 });
}

export function apply(state: string, ports = realPorts(), stop = new AbortController().signal): Promise<Applied> {
  return applyMade(() => plan(state, ports), state, ports, stop);
}

/** Applies what `make` makes, as `apply` does a state. */
export function applyMade(
  make: () => Promise<MadePlan>,
  state: string,
  ports = realPorts(),
  stop = new AbortController().signal,
): Promise<Applied> {
  const options = { operator: 'test', lockTimeoutSeconds: 5, confirmSeconds: undefined, stop };
  const approval = { recovered: () => {}, moved: () => {}, approve: async () => false, unchanged: async () => {} };
  return applyState(ports, { ...options, make, state, beginWriting: () => {} }, approval);
}

/** Restore text of every step, for tests that look at what would be sent. */
export async function plannedText(state: string): Promise<string> {
  return tableSteps((await plan(state)).plan)
    .map(printStepEdits)
    .join('');
}
