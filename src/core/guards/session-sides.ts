import { pristine, type Rules } from '../packets/follow.ts';
import type { StandingTable } from '../plan/standing-tables.ts';
import type { TableStep } from '../plan/types.ts';
import type { Family } from '../rules/types.ts';

type SessionSides = {
  readonly before: Omit<Rules, 'filled'>;
  readonly after: Omit<Rules, 'filled'>;
  /** Whether a table changes. */
  readonly isChanged: boolean;
};

/** All rules that packets of a session meet in the namespace where fw runs, before a plan and after it. */
export function sessionSides(
  steps: readonly TableStep[],
  standing: readonly StandingTable[],
  family: Family,
): SessionSides {
  const isOwn = ({ namespace, family: other }: Pick<TableStep, 'namespace' | 'family'>) =>
    namespace.kind === 'host' && other === family;
  const own = steps.filter(isOwn);
  const still = standing.filter(isOwn).map(({ table }) => [table.name, table] as const);
  // Rules of one namespace are of one backend.
  const backend = own[0]?.backend ?? standing.find(isOwn)?.backend ?? 'nft';
  const shared = { backend, known: new Map(), done: new Map() };
  const tablesOf = (side: 'before' | 'after') =>
    new Map([...still, ...own.map((step) => [step.table, step[side] ?? pristine(step.table)] as const)]);
  return {
    before: { ...shared, tables: tablesOf('before') },
    after: { ...shared, tables: tablesOf('after') },
    isChanged: own.length > 0,
  };
}
