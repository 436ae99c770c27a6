import { type Applied, applyState } from '../../../src/app/apply/apply.ts';
import type { GenerationChoice } from '../../../src/app/generations/pick-generation.ts';
import { findFindings } from '../../../src/app/plan/find-findings.ts';
import { guard } from '../../../src/app/plan/guard.ts';
import { type MadePlan, makePlan, type PlanOptions } from '../../../src/app/plan/make-plan.ts';
import type { Recovery } from '../../../src/app/recover/recover.ts';
import { recoverAll } from '../../../src/app/recover/recover-all.ts';
import { returnTarget } from '../../../src/app/rollback/return-target.ts';
import { FwError } from '../../../src/core/diagnostics/errors.ts';
import type { GuardFlag } from '../../../src/core/guards/finding.ts';
import { FAMILIES } from '../../../src/core/rules/types.ts';
import type { Ports } from '../../../src/ports/ports.ts';
import type { MemoryNamespace } from '../memory-kernel/memory-namespace.ts';
import { savedSet } from '../memory-kernel/set-text.ts';
import type { MemoryHost } from './memory-host.ts';

/** Where tests put the state. */
export const STATE = '/srv/state';

export function planState(ports: Ports, more: Partial<PlanOptions> = {}): Promise<MadePlan> {
  return makePlan(ports, { state: STATE, allowEmpty: false, context: 2, ...more });
}

export type ApplyMore = {
  readonly make?: () => Promise<MadePlan>;
  readonly confirmSeconds?: number;
  /** See `ApplyStateOptions`. */
  readonly restores?: number | undefined;
  readonly stop?: AbortSignal;
  /** Flags of guards that are open; all of them unless given. */
  readonly allowed?: readonly GuardFlag[];
  /** A person said yes. */
  readonly isConfirmed?: boolean;
  /** Called when the plan is shown and before it is approved. */
  readonly shown?: (made: MadePlan) => void | Promise<void>;
};

/** What `fw apply --auto-approve` does, guards included. */
export function applyAll(ports: Ports, more: ApplyMore = {}): Promise<Applied> {
  const { make = () => planState(ports), stop = new AbortController().signal, confirmSeconds, restores } = more;
  const options = { state: STATE, operator: 'alice', host: 'edge', lockTimeoutSeconds: 0 };
  return applyState(
    ports,
    { ...options, make, restores, confirmSeconds, stop, beginWriting: () => {} },
    {
      recovered: () => {},
      moved: () => {},
      unchanged: async (made) => {
        const findings = await findFindings(ports, made);
        await guard(findings, { allowed: new Set(more.allowed ?? findings.map(({ flag }) => flag)) });
      },
      approve: async (made) => {
        await more.shown?.(made);
        const findings = await findFindings(ports, made);
        await guard(findings, { allowed: new Set(more.allowed ?? findings.map(({ flag }) => flag)) });
        return more.isConfirmed === true;
      },
    },
  );
}

/** What `fw rollback CHOICE --auto-approve` does. */
export async function rollBackTo(ports: Ports, choice: GenerationChoice, more: ApplyMore = {}): Promise<Applied> {
  const { label, restores, make } = await returnTarget(ports, choice, undefined);
  return applyAll(ports, { ...more, restores, make: () => make({ context: 2, label }) });
}

/** What `fw recover` does. */
export function recoverHost(host: MemoryHost): Promise<Recovery> {
  return recoverAll(host.start().ports, () => {});
}

/** The error with which something ends; a test fails where it does not. */
export async function failure(work: Promise<unknown>): Promise<FwError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof FwError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** All rules and sets of a namespace, counters included. A legacy table that holds nothing is as good as none, since it never goes. */
export function contentOf(namespace: MemoryNamespace): string {
  const rules = (['nft', 'legacy'] as const).flatMap((backend) =>
    FAMILIES.map((family) => {
      const text = namespace.save(backend, family, new Date(0)).stdout.replace(/^#.*\n/gm, '');
      return `${backend} ${family}\n${text
        .split(/^(?=\*)/m)
        .filter(isUsed)
        .sort()
        .join('')}`;
    }),
  );
  const { sets } = namespace.sets;
  const saved = [...sets.keys()]
    .sort()
    .map((name) => savedSet(namespace.sets, name).stdout.split('\n').sort().join('\n'));
  return [...rules, ...saved].join('');
}

function isUsed(table: string): boolean {
  return /^-A|^\[\d+:\d+\] -A|^:\S+ (?!ACCEPT)/m.test(table);
}
