import { probeLabel } from '../desired/probe-label.ts';
import type { PlannedCheck } from '../desired/types.ts';
import type { ChainChange, Line } from '../diff/types.ts';
import { hasChanges } from '../plan/has-changes.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan, TableStep } from '../plan/types.ts';
import { placeAddress } from '../plan/view/list-changes.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import { crossings } from './crossings.ts';
import { judgeLine } from './judge-line.ts';
import { tableFacts } from './table-facts.ts';
import { type ChangeClass, CLASSES, type JudgedChange, type PlanClass } from './types.ts';

/** Changes that are named; the rest is counted. */
const NAMED = 10;

/**
 * The class of a plan, which is that of its largest change. A command among its checks runs as root and can do anything, so it counts as a
 * change that is proven to be nothing less. Undefined for a plan without changes, which runs no check.
 */
export function classOfPlan(
  plan: Pick<Plan, 'steps'>,
  checks: readonly Pick<PlannedCheck, 'probe'>[] = [],
): PlanClass | undefined {
  if (!hasChanges(plan)) return undefined;
  const sets = setSteps(plan);
  const counts: Record<ChangeClass, number> = { additive: 0, safe: 0, any: 0 };
  const over: JudgedChange[] = [];
  const named: Record<ChangeClass, number> = { additive: NAMED, safe: 0, any: 0 };
  const note = (change: JudgedChange) => {
    counts[change.class] += 1;
    if (named[change.class] >= NAMED) return;
    named[change.class] += 1;
    over.push(change);
  };
  for (const step of sets) note(judgeSet(step));
  for (const step of tableSteps(plan)) for (const change of judgeStep(step, newSetsOf(sets, step))) note(change);
  for (const { probe } of checks) {
    if (probe.kind === 'command')
      note({ address: `check ${probeLabel(probe)}`, class: 'any', why: 'it runs a program as root' });
  }
  return { class: CLASSES.findLast((one) => counts[one] > 0) ?? 'additive', counts, over };
}

/** A set that does not exist yet has no users; what refers to it is judged by itself. */
function judgeSet(step: SetStep): JudgedChange {
  const address = `${namespaceLabel(step.namespace)}/set/${step.set}`;
  if (step.change === 'create') return { address, class: 'additive' };
  return { address, class: 'any', why: step.change === 'destroy' ? 'it removes a set' : 'it changes what a set holds' };
}

/** Those that count nothing: rules that refer to them leave nothing behind. */
function newSetsOf(sets: readonly SetStep[], { namespace }: TableStep): ReadonlySet<string> {
  const isNew = (step: SetStep) =>
    step.change === 'create' &&
    step.namespace.kind === namespace.kind &&
    namespaceLabel(step.namespace) === namespaceLabel(namespace) &&
    !/\bcounters\b/.test(step.headers.after ?? 'counters');
  return new Set(sets.filter(isNew).map(({ set }) => set));
}

function* judgeStep(step: TableStep, newSets: ReadonlySet<string>): Generator<JudgedChange> {
  const { namespace, family, table } = step;
  const facts = tableFacts(step, newSets);
  // The legacy backend loads the whole table anew, and what rules remember (`limit`, `quota`) begins again.
  const forgets = step.backend === 'nft' || facts.isForgetful();
  for (const change of step.chains) {
    const chain = placeAddress({ namespace: namespaceLabel(namespace), family, table, chain: change.name });
    if (change.status === 'removed') yield { address: chain, class: 'any', why: 'it removes a chain' };
    if (change.status === 'new' && (table === 'filter' || !isFirst(step))) yield { address: chain, class: 'additive' };
    else if (change.status === 'new') yield { address: chain, class: 'any', why: `it begins the table ${table}` };
    if (change.policy !== undefined) yield { address: `${chain}#policy`, class: 'any', why: 'it changes a policy' };
    const empty = { name: change.name, rules: [] };
    const own = { before: facts.before.get(change.name) ?? empty, after: facts.after.get(change.name) ?? empty };
    const crossing = crossings(change, own, facts.accepts);
    for (const line of change.lines) {
      if (!isChange(line)) continue;
      const judged = forgets ? judgeLine(line, { table, facts, crossing }) : FORGOTTEN;
      yield { address: `${chain}#${positionOf(line)}`, ...judged };
    }
  }
}

const FORGOTTEN = { class: 'any', why: 'the table is loaded anew, and holds rules that remember packets' } as const;

/** The kernel begins to send packets through a table, and through connection tracking for nat, when it is made. */
function isFirst({ created }: TableStep): boolean {
  return created;
}

function isChange(line: ChainChange['lines'][number]): line is Exclude<Line, { kind: 'keep' | 'skip' }> {
  return line.kind !== 'keep' && line.kind !== 'skip';
}

function positionOf(line: Exclude<Line, { kind: 'keep' | 'skip' }>): string {
  return line.kind === 'remove' ? `-${line.from}` : `${line.to}`;
}
