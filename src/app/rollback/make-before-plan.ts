import { type Diagnostic, hasErrors } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Generation, KeptNamespace } from '../../core/generation/types.ts';
import { tableKey, writtenBy } from '../../core/generation-zero/extend-before.ts';
import { goalBefore } from '../../core/generation-zero/goal-before.ts';
import type { BeforeFw, NamespaceBefore, TableBefore } from '../../core/generation-zero/types.ts';
import { assemble, type NamespaceInput } from '../../core/plan/assemble.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Backend, Namespace } from '../../core/rules/types.ts';
import { pairKept } from '../../core/sets/keep-sets.ts';
import { liveNamespaces } from '../../core/traffic/live-namespace.ts';
import { trafficOnce } from '../../core/traffic/traffic-of-plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { readBefore } from '../generations/read-before.ts';
import { type Live, readLive } from '../live/read-live.ts';
import { readSets } from '../live/read-sets.ts';
import { withNativeTables } from '../live/with-native-tables.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { lookForAnew } from '../query/look-for-made-anew.ts';
import { checkSetsShown, judgeHidden } from '../save-proof/hidden-table.ts';
import { proveLive } from '../save-proof/prove-live.ts';
import { sinceBefore } from './since-before.ts';

type Part = { readonly one: NamespaceBefore; readonly backend: Backend; readonly withSets: boolean };

/**
 * A plan from what is live to what was there before fw: ours goes, and where ownership was exclusive what was replaced comes back. What others added
 * since stays. What an older fw wrote to first stays as it is, with a warning: nothing tells what was there.
 */
export async function makeBeforePlan(ports: Ports, context: number): Promise<MadePlan> {
  if (!ports.kernel.isPrivileged()) throw new FwError('env.permission', 'reading live rules needs CAP_NET_ADMIN');
  const record = await readBefore(ports);
  ports.report({ kind: 'phase', phase: 'read' });
  const existing = new Set(await ports.kernel.namespaces());
  const isHere = ({ namespace }: { readonly namespace: Namespace }) =>
    namespace.kind === 'host' || existing.has(namespace.name);
  const parts = record.namespaces.filter(isHere).flatMap(partsOf);
  const requests = parts.map(({ one, backend }) => ({ namespace: one.namespace, backend }));
  const { live, unproven } = await proveLive(ports, await readLive(ports.kernel, requests));
  const hidden = judgeHidden(live, (index, { family, table }) => {
    const part = parts[index];
    return part !== undefined && knownTables(part).some((one) => one.family === family && one.table === table);
  });
  const liveSets = await readSets(
    ports.kernel,
    parts.map(({ one }) => ({ namespace: one.namespace, owners: [], declared: one.sets.map(({ name }) => name) })),
  );
  const generations = await sinceBefore(ports);
  const written = writtenBy(generations);
  ports.report({ kind: 'phase', phase: 'plan' });
  const inputs = parts.map((part, index): NamespaceInput => {
    const found = live[index];
    if (found === undefined) throw new Error(`no live rules for ${namespaceLabel(part.one.namespace)}`);
    return { ...inputOf(part, found, written), sets: pairsOf(part, liveSets[index] ?? []) };
  });
  const { plan, standing, diagnostics } = assemble(inputs, { context, originOf: () => 'generation 0' });
  if (hasErrors(diagnostics)) {
    throw new FwError('state.invalid', 'generation 0 cannot be applied', { diagnostics });
  }
  checkSetsShown(plan, live);
  const around = await withNativeTables(ports.kernel, liveNamespaces(inputs, live), plan);
  const gone = record.namespaces.filter((one) => !isHere(one)).map(warnGone);
  const states = generations.at(-1)?.states ?? [];
  const left = states.map((state) => ({ state, namespaces: leftOver(record, state.namespaces) }));
  return {
    plan,
    sources: new Map(),
    warnings: [...gone, ...record.namespaces.flatMap(warnUnknown), ...unproven, ...hidden, ...diagnostics],
    standing,
    live: around,
    traffic: trafficOnce(plan, { live: around }),
    namespaces: () => left.flatMap(({ namespaces }) => namespaces),
    about: () => ({
      applied: states.map(({ name }) => name),
      made: left.flatMap(({ state: { name, path, commit }, namespaces }) =>
        namespaces.length === 0 ? [] : [{ state: { name, path, commit: commit ?? null, namespaces }, was: name }],
      ),
      forgotten: left.flatMap(({ state, namespaces }) => (namespaces.length === 0 ? [state.name] : [])),
    }),
    emptyDesired: inputs.filter(isEmpty).map(({ namespace }) => namespace),
    checks: [],
    anew: await lookForAnew(
      ports,
      states.flatMap(({ appliedIn = [] }) => appliedIn),
      plan.namespaces,
    ),
    created: parts.flatMap(({ one, backend }) =>
      knownTables({ one, backend }).flatMap(({ before, family, table }) =>
        before === null ? [{ namespace: one.namespace, backend, family, table }] : [],
      ),
    ),
  };
}

/** Tables of the two backends are read apart; the sets of a namespace go with the first. */
function partsOf(one: NamespaceBefore): readonly Part[] {
  const known = one.tables.filter(({ isUnknown, isLeft }) => !isUnknown && !isLeft);
  const backends = [...new Set([...known, ...one.tables].map(({ backend }) => backend))];
  return backends.map((backend, index) => ({ one, backend, withSets: index === 0 }));
}

function knownTables({ one: { tables }, backend }: Omit<Part, 'withSets'>): readonly TableBefore[] {
  return tables.filter((one) => one.backend === backend && !one.isUnknown && !one.isLeft);
}

function inputOf(
  { one, backend }: Part,
  { rulesets }: Live,
  written: ReturnType<typeof writtenBy>,
): Omit<NamespaceInput, 'sets'> {
  const goals = knownTables({ one, backend }).map((kept) => {
    const { family, table, ownership } = kept;
    const live = rulesets[family].tables.find(({ name }) => name === table);
    const key = tableKey({ namespace: one.namespace, backend, family, table });
    const goal = goalBefore(kept, live, written.get(key) ?? new Map());
    return [`${family} ${table}`, { table: goal, ownership }] as const;
  });
  return { namespace: one.namespace, backend, owners: [], live: rulesets, claims: [], goals: new Map(goals) };
}

function pairsOf({ one, withSets }: Part, live: Parameters<typeof pairKept>[1]): ReturnType<typeof pairKept> {
  const known = withSets ? one.sets.filter(({ isUnknown, isLeft }) => !isUnknown && !isLeft) : [];
  const names = new Set(known.map(({ name }) => name));
  return pairKept(
    known.flatMap(({ before }) => before ?? []),
    live.filter(({ name }) => names.has(name)),
  );
}

/** Of what stays although fw made it the newest generation goes on to tell. */
function leftOver({ namespaces }: BeforeFw, newest: Generation['namespaces']): readonly KeptNamespace[] {
  const unknown = new Set(
    namespaces.flatMap(({ namespace, tables }) =>
      tables.flatMap((one) => (one.isUnknown ? [tableKey({ namespace, ...one })] : [])),
    ),
  );
  return newest.flatMap(({ counted, ...kept }): readonly KeptNamespace[] => {
    const { namespace, backend } = kept;
    const claims = kept.claims.filter(({ family, table }) =>
      unknown.has(tableKey({ namespace, backend, family, table })),
    );
    const old = namespaces.find((one) => namespaceLabel(one.namespace) === namespaceLabel(namespace))?.sets ?? [];
    const left = kept.sets.filter(({ name }) => old.some((one) => one.name === name && one.isUnknown));
    if (claims.length + left.length === 0) return [];
    return [{ ...kept, claims, sets: left }];
  });
}

function isEmpty({ goals }: NamespaceInput): boolean {
  return [...(goals?.values() ?? [])].every(({ table }) => table.chains.every(({ rules }) => rules.length === 0));
}

function warnGone({ namespace }: NamespaceBefore): Diagnostic {
  return {
    severity: 'warning',
    code: 'rollback.namespace-gone',
    message: `the namespace ${namespaceLabel(namespace)} is gone; it is left out`,
  };
}

function warnUnknown({ namespace, tables, sets }: NamespaceBefore): readonly Diagnostic[] {
  const unknown = [
    ...tables.flatMap(({ isUnknown, family, table }) => (isUnknown ? [`${family} ${table}`] : [])),
    ...sets.flatMap(({ isUnknown, name }) => (isUnknown ? [`set ${name}`] : [])),
  ];
  if (unknown.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'rollback.unknown-before',
      message: `${namespaceLabel(namespace)} stays as it is in: ${unknown.join(', ')}`,
      hint: 'An older fw wrote there first and kept nothing of what was there. Take ours out through the state.',
    },
  ];
}
