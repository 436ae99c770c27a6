import { Flags } from '@oclif/core';
import { snapshotRules } from '../../app/live/live-source.ts';
import { loadPlanFile, loadSignedPlan } from '../../app/plan/load-plan-file.ts';
import { type MadePlan, makePlan } from '../../app/plan/make-plan.ts';
import { planOfFile } from '../../app/plan/plan-of-file.ts';
import { stateOfFile } from '../../app/plan/state-of-file.ts';
import { makeRollbackPlan } from '../../app/rollback/make-rollback-plan.ts';
import { planDestroy } from '../../app/state-names/destroy-namespace.ts';
import { promisesOf } from '../../core/desired/promises-of.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { parseSnapshotFile } from '../../core/snapshot/types.ts';
import type { Signer } from '../../core/transitions/transitions.ts';
import type { Ports } from '../../ports/ports.ts';
import { type PlanFlags, planOptions } from '../flags/plan-flags.ts';
import { selectFlags } from '../flags/select-flags.ts';

/** Flags that take a plan's live rules, or what it wants, from a file. */
export const sourceFlags = {
  rebase: Flags.string({
    summary: 'Plan what this saved plan wanted, from what is live now.',
    env: 'FW_REBASE',
    helpValue: 'FILE',
  }),
  live: Flags.string({
    summary: 'Plan from a file of fw snapshot instead of this machine; needs no root.',
    env: 'FW_LIVE',
    helpValue: 'FILE',
  }),
};

type ChosenPlan = {
  /** What the plan is made from, in words. */
  readonly state: string;
  /** A saved plan is approved already: the person who saved and reviewed it did that. */
  readonly isSaved: boolean;
  readonly make: () => Promise<MadePlan>;
  /** The record changes also where no live rule does. */
  readonly asksAlways?: true;
  /** Who signed a saved plan, where that was asked for. */
  readonly signer?: Signer;
};

/** The plan of an apply: of the state files, or exactly the saved one, signed where that is asked for; or of what takes a namespace out. */
export async function planToApply(
  ports: Ports,
  path: string | undefined,
  flags: PlanFlags & { readonly 'require-signature': string | undefined; readonly destroy: string | undefined },
): Promise<ChosenPlan> {
  const { destroy } = flags;
  if (destroy !== undefined) {
    const options = { stateName: flags['state-name'], path: flags.state, context: flags.context };
    return {
      state: `destroy ${destroy}`,
      isSaved: false,
      asksAlways: true,
      make: () => planDestroy(ports, destroy, options),
    };
  }
  if (path === undefined) {
    return {
      state: flags.state,
      isSaved: false,
      make: () => makePlan(ports, { ...planOptions(flags), expectsChanges: true }),
    };
  }
  const { file, signer } = await loadSignedPlan(ports, path, flags['require-signature']);
  const make = () => planOfFile(ports, path, file);
  return { state: file.state, isSaved: true, make, ...(signer === undefined ? {} : { signer }) };
}

/** They say what is planned, and a saved plan has the answer. What the environment holds for the state is for other runs. */
const PLANNING = [
  'state',
  'state-name',
  'var',
  'var-file',
  'context',
  'namespace',
  'table',
  'family',
  'target',
  'exclude',
  'destroy',
];

/** What takes a namespace out asks the record, so nothing chooses a part of the state or gives it values. */
export function refuseBesideDestroy(typed: ReadonlySet<string>): void {
  const refused = PLANNING.filter(
    (name) => !['state', 'state-name', 'context', 'destroy'].includes(name) && typed.has(name),
  );
  if (refused.length === 0) return;
  throw new FwError('usage', `--destroy takes no ${refused.map((name) => `--${name}`).join(', ')}`, {
    next: 'It takes out all that was applied in the namespace, whatever the files say; --state-name chooses among several states.',
  });
}

/** Throws `usage` for flags that a saved plan would not obey, before anything is read. `listed`: see BaseCommand. */
export function refusePlanning(path: string, typed: ReadonlySet<string>, listed: ReadonlySet<string>): void {
  const limits = Object.keys(selectFlags).filter((name) => listed.has(name));
  const refused = [...PLANNING.filter((name) => typed.has(name)).map((name) => `--${name}`), ...limits.map(variableOf)];
  if (refused.length === 0) return;
  throw new FwError('usage', `${path} is a saved plan and is applied as it is, so it takes no ${refused.join(', ')}`, {
    next: 'Leave them out, or plan again with them: fw plan --out FILE.',
  });
}

function variableOf(name: string): string {
  return `FW_${name.toUpperCase().replaceAll('-', '_')}`;
}

/** The plan to show: of the state files, or what a saved plan wanted; from what is live here, or in a snapshot. */
export async function planToShow(
  ports: Ports,
  flags: PlanFlags & { readonly rebase: string | undefined; readonly live: string | undefined },
): Promise<MadePlan> {
  const { rebase, live, context } = flags;
  if (rebase !== undefined && live !== undefined) throw new FwError('usage', 'give --rebase or --live, not both');
  if (rebase !== undefined) {
    const file = await loadPlanFile(ports, rebase);
    const { namespaces, selection, checks } = file;
    return makeRollbackPlan(
      ports,
      { namespaces, ...(await stateOfFile(ports, rebase, file)) },
      { context, label: rebase, selection, checks, promises: promisesOf(file) },
    );
  }
  if (live === undefined) return makePlan(ports, planOptions(flags));
  const file = parseSnapshotFile(live, await ports.planFiles.read(live));
  return makePlan(ports, planOptions(flags), snapshotRules(live, file, await ports.kernel.nftVersions()));
}
