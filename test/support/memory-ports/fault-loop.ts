import { expect } from 'vitest';
import { toFwError } from '../../../src/cli/run/to-fw-error.ts';
import { FwError } from '../../../src/core/diagnostics/errors.ts';
import { Died, type Fault, type Mode } from './faults.ts';
import type { MemoryHost } from './memory-host.ts';
import { contentOf, recoverHost } from './run-fw.ts';

/** A machine before an apply, and the apply. */
export type FaultSite = {
  readonly make: () => Promise<MemoryHost>;
  /** One process, from its start to its end. */
  readonly run: (host: MemoryHost, fault?: Fault) => Promise<Ended>;
  /** The same from a new plan. */
  readonly again: (host: MemoryHost) => Promise<Ended>;
};

/** How a process ended, as the one that started it sees it. */
export type Ended = {
  readonly hit: string | undefined;
  readonly effects: readonly string[];
  readonly told: 'applied' | 'died' | FwError;
};

export type Figures = {
  readonly runs: number;
  readonly before: number;
  readonly after: number;
  readonly recovered: number;
};

/** All effects; without it every effect from the first line of the journal on, and some of those before it, which only read. */
const FULL = process.env.FW_FAULTS === 'full';
const EARLY = 10;

/** After every so many faults the apply is run once more. */
const APPLY_AGAIN = 10;

/** Everything in all named namespaces. */
export function everything({ machine }: MemoryHost): Readonly<Record<string, string>> {
  return Object.fromEntries([...machine.named].map(([name, namespace]) => [name, contentOf(namespace)]));
}

/** How something ended that a process of fw did, in the words that its command would find for it. */
export async function howEnded(work: Promise<unknown>): Promise<Ended['told']> {
  try {
    await work;
    return 'applied';
  } catch (error) {
    return error instanceof Died ? 'died' : toFwError(error, 'apply');
  }
}

/**
 * One fault at the first effect, then at the second, until there is none left. Afterwards, watchdog and `fw recover` included, every namespace is as it was
 * before or as it was planned, to the last counter, and what was told is true.
 */
export async function faultLoop({ make, run, again }: FaultSite, mode: Mode, killsWatchdog = false): Promise<Figures> {
  const whole = await make();
  const before = everything(whole);
  const { told: first, effects } = await run(whole);
  expect(first).toBe('applied');
  const begin = effects.indexOf('journal.begin') + 1;
  expect(begin).toBeGreaterThan(1);
  const after = everything(whole);
  expect(after).not.toEqual(before);
  const figures = { runs: 0, before: 0, after: 0, recovered: 0 };
  for (let at = 1; ; at += 1) {
    if (!FULL && at < begin && at % EARLY !== 0) continue;
    const host = await make();
    const { hit, told } = await run(host, { mode, at });
    if (hit === undefined) break;
    const where = `effect ${at}, ${hit}: ${told instanceof FwError ? `${told.code}: ${told.message}, ${told.firewall}` : told}`;
    if (killsWatchdog) host.killWatchdogs();
    expectTold(told, everything(host), { before, after }, where);
    await host.settle();
    const { rolledBack } = await recoverHost(host);
    figures.recovered += rolledBack.length;
    const end = everything(host);
    const isBefore = JSON.stringify(end) === JSON.stringify(before);
    expect(isBefore ? before : after, where).toEqual(end);
    if (told === 'applied') expect(end, where).toEqual(after);
    expect(await host.start().ports.journal.unfinished(), where).toEqual([]);
    expect(host.lock.holder, where).toBeUndefined();
    expect(host.machine.legacyLock, where).toBeUndefined();
    if (at % APPLY_AGAIN === 0) await expectNextApplies(host, again, after, where);
    figures.runs += 1;
    figures[isBefore ? 'before' : 'after'] += 1;
  }
  return figures;
}

/** The next apply is not hindered by anything that is left. */
async function expectNextApplies(
  host: MemoryHost,
  again: FaultSite['again'],
  after: ReturnType<typeof everything>,
  where: string,
): Promise<void> {
  expect((await again(host)).told, where).toBe('applied');
  expect(everything(host), where).toEqual(after);
  const { ports } = host.start();
  expect([await ports.generations.prepared(), await ports.before.prepared()], where).toEqual([[], []]);
}

/** Words and exit numbers are true at the moment at which they are printed. */
function expectTold(
  told: Ended['told'],
  found: ReturnType<typeof everything>,
  { before, after }: { readonly before: ReturnType<typeof everything>; readonly after: ReturnType<typeof everything> },
  where: string,
): void {
  if (told === 'died') return;
  if (told !== 'applied') expect(['unchanged', 'rolled back and verified'], where).toContain(told.firewall);
  expect(found, where).toEqual(told === 'applied' ? after : before);
}
