import type { BackendChoice } from '../../core/desired/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import { type DrawnTable, graphOf } from '../../core/graph/graph-of.ts';
import type { Graph } from '../../core/graph/types.ts';
import { ownerOf } from '../../core/ownership/known-programs.ts';
import { ownershipOf } from '../../core/ownership/ownership.ts';
import { tableSteps } from '../../core/plan/in-order.ts';
import { TABLES } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES, type Family, type LiveRules, type TableName } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';
import { readForImport } from '../import/read-for-import.ts';
import type { MadePlan } from '../plan/make-plan.ts';

/** Whose a chain is, by what the newest generation declares and by the names of programs. */
type OwnerOfChain = (place: {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
}) => string | undefined;

/** The chains and jumps of the live rules of one namespace. */
export async function liveGraph(ports: Ports, namespace: string, backend: BackendChoice): Promise<Graph> {
  const [live] = await readForImport(ports, [namespace], backend);
  if (live === undefined) throw new FwError('env.no-namespace', `there is no network namespace "${namespace}"`);
  const owner = await ownersIn(ports, namespace);
  return graphOf(tablesOf(live, (family, table) => (chain) => owner({ family, table, chain })));
}

/** What a plan makes of them: `side` draws that alone, or with what it takes away. */
export async function planGraph(
  ports: Ports,
  { plan, live: all }: MadePlan,
  namespace: string,
  side: 'desired' | 'plan',
): Promise<Graph> {
  const live = all.find((one) => namespaceLabel(one.namespace) === namespace);
  if (live === undefined) {
    throw new FwError('usage', `the state says nothing of namespace ${namespace}`, {
      next: `It is about ${all.map((one) => namespaceLabel(one.namespace)).join(', ')}.`,
    });
  }
  const owner = await ownersIn(ports, namespace);
  const steps = tableSteps(plan).filter((step) => namespaceLabel(step.namespace) === namespace);
  const stepOf = (family: Family, table: TableName) =>
    steps.find((step) => step.family === family && step.table === table);
  const unchanged = tablesOf(live, (family, table) => (chain) => {
    const step = stepOf(family, table);
    if (step !== undefined && ownershipOf(table, step.ownership).ownsChain(chain)) return 'fw';
    return owner({ family, table, chain });
  });
  return graphOf(
    unchanged.map((drawn) => {
      const step = stepOf(drawn.family, drawn.table);
      if (step === undefined) return drawn;
      return { ...drawn, before: side === 'plan' ? step.before : step.after, after: step.after };
    }),
  );
}

function tablesOf(
  { rulesets }: Pick<LiveRules, 'rulesets'>,
  ownersOf: (family: Family, table: TableName) => DrawnTable['ownerOf'],
): readonly DrawnTable[] {
  return FAMILIES.flatMap((family) =>
    TABLES.map((table) => {
      const live = rulesets[family].tables.find(({ name }) => name === table);
      return { family, table, before: live, after: live, ownerOf: ownersOf(family, table) };
    }),
  );
}

async function ownersIn(ports: Ports, namespace: string): Promise<OwnerOfChain> {
  const declared = declaredIn(await newestGeneration(ports), namespace);
  return ({ family, table, chain }) => declared.get(`${family} ${table} ${chain}`) ?? ownerOf(chain);
}

function declaredIn(newest: NumberedGeneration | undefined, namespace: string): ReadonlyMap<string, string> {
  const kept = (newest?.generation.namespaces ?? []).filter((one) => namespaceLabel(one.namespace) === namespace);
  return new Map(
    kept
      .flatMap(({ claims }) => claims)
      .flatMap(({ family, table, chains, state = '' }) =>
        chains.map(({ name }) => {
          const owner = state === '' || state.includes('/') ? 'fw' : `fw ${state}`;
          return [`${family} ${table} ${name}`, owner] as const;
        }),
      ),
  );
}
