import type { TableStep } from '../../core/plan/types.ts';
import { TABLES } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Snapshot } from '../../core/rules/types.ts';
import { FAMILIES, type Table } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Live } from '../live/read-live.ts';
import type { HiddenTable } from './hidden-table.ts';
import type { Texts } from './load-bytes.ts';
import { proveByBytes } from './prove-by-bytes.ts';
import { type ProofOptions, type Proofs, proveSnapshots } from './prove-snapshots.ts';

/**
 * For a plan: the snapshots of all namespaces, believing text that was proven before. Tables whose rules iptables-save does not show as they are become
 * hidden tables, out of the rulesets. Resolves to warnings, too.
 */
export async function proveLive(
  { kernel, proven, chainBytes }: Ports,
  live: readonly Live[],
  options: ProofOptions = {},
): Promise<{ readonly live: readonly Live[] } & Omit<Proofs, 'hidden'>> {
  const snapshots = live.flatMap(({ namespace, backend, rulesets, hidden = [] }) =>
    FAMILIES.map((family): Snapshot => {
      const unread = hidden.filter((one) => one.family === family).map(({ table }) => table);
      const tables = TABLES.filter((table) => !unread.includes(table));
      return { namespace, family, backend, ruleset: rulesets[family], ...(unread.length === 0 ? {} : { tables }) };
    }),
  );
  const { hidden, ...proofs } = await proveSnapshots(kernel, snapshots, { proven, chainBytes, ...options });
  if (hidden.length === 0) return { live, ...proofs };
  return {
    live: live.map((one) => {
      const label = namespaceLabel(one.namespace);
      const own = hidden
        .filter(({ snapshot }) => namespaceLabel(snapshot.namespace) === label)
        .map((each) => each.hidden);
      return own.length === 0 ? one : without(one, own);
    }),
    ...proofs,
  };
}

function without(live: Live, hidden: readonly HiddenTable[]): Live {
  const isTold = (family: string, name: string) => !hidden.some((one) => one.family === family && one.table === name);
  const [ipv4, ipv6] = [live.rulesets.ipv4, live.rulesets.ipv6];
  return {
    ...live,
    rulesets: {
      ipv4: { ...ipv4, tables: ipv4.tables.filter(({ name }) => isTold('ipv4', name)) },
      ipv6: { ...ipv6, tables: ipv6.tables.filter(({ name }) => isTold('ipv6', name)) },
    },
    hidden: [...(live.hidden ?? []), ...hidden],
  };
}

/** Of more tables the next plan asks by itself: loading them takes as long as rehearsing them. */
const MOST_AHEAD = 8;

/**
 * For an apply: the tables that its steps change, proven now, whatever was proven before. `before` is in the order of the steps. What the steps make of them is loaded beside
 * it, so that the next plan has only to read the bytes.
 */
export async function proveSteps(
  { kernel, chainBytes }: Pick<Ports, 'kernel' | 'chainBytes'>,
  steps: readonly TableStep[],
  before: readonly (Table | undefined)[],
): Promise<void> {
  const { hidden } = await proveSnapshots(kernel, snapshotsOf(steps, before), { chainBytes, soon: soonOf(steps) });
  const [first] = hidden;
  if (first !== undefined) throw first.hidden.error;
}

/**
 * Whether the kernel holds now, byte by byte, the tables from which the steps were planned: then to read them again would tell nothing but counters. False proves nothing.
 * The rest is as `proveSteps` does it.
 */
export async function areLiveByBytes(
  { kernel, chainBytes }: Pick<Ports, 'kernel' | 'chainBytes'>,
  steps: readonly TableStep[],
): Promise<boolean> {
  const before = steps.map((step) => step.before);
  const programs = await kernel.nftPrograms();
  const found = await proveByBytes(kernel, snapshotsOf(steps, before), programs, chainBytes, soonOf(steps));
  return found.every(Boolean);
}

/** What the steps make, of few tables. */
function soonOf(steps: readonly TableStep[]): readonly Texts[] {
  const nft = steps.filter(({ backend }) => backend === 'nft');
  if (nft.length > MOST_AHEAD) return [];
  return nft.map(({ namespace, family, after }) => ({ namespace, family, tables: [after] }));
}

/** The tables of the steps, as they were before. */
function snapshotsOf(steps: readonly TableStep[], before: readonly (Table | undefined)[]): readonly Snapshot[] {
  const snapshots = new Map<string, Snapshot>();
  for (const [index, { namespace, family, backend, table }] of steps.entries()) {
    const key = JSON.stringify([namespace, family, backend]);
    const known = snapshots.get(key);
    const live = before[index];
    snapshots.set(key, {
      namespace,
      family,
      backend,
      tables: [...(known?.tables ?? []), table],
      ruleset: { family, tables: [...(known?.ruleset.tables ?? []), ...(live === undefined ? [] : [live])] },
    });
  }
  return [...snapshots.values()];
}
