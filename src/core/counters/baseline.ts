import { FwError } from '../diagnostics/errors.ts';
import type { Machine, NamespaceIdentity } from '../identity/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Backend, Family, TableName } from '../rules/types.ts';
import type { CounterRow } from './types.ts';

/** A rule, or the policy with the text `policy`, and what it had counted. */
export type CountedBefore = readonly [text: string, packets: string, bytes: string];

export type BaselineChain = {
  readonly family: Family;
  readonly table: TableName;
  readonly chain: string;
  readonly rows: readonly CountedBefore[];
};

/** What one namespace had counted when a reader last looked at it. */
export type BaselineNamespace = {
  /** UTC, ISO 8601. */
  readonly at: string;
  readonly machine: Machine;
  readonly identity: NamespaceIdentity;
  readonly backend: Backend;
  readonly chains: readonly BaselineChain[];
};

/** What a reader has been told already, by namespace. */
export type Baseline = { readonly version: 1; readonly namespaces: readonly BaselineNamespace[] };

/** The policy is one counter whatever it does with packets. */
export const POLICY = 'policy';

/** The baseline of one namespace after a reader was told these rows. */
export function baselineOf(rows: readonly CounterRow[], about: Omit<BaselineNamespace, 'chains'>): BaselineNamespace {
  const chains = new Map<string, BaselineChain & { readonly rows: CountedBefore[] }>();
  for (const { family, table, chain, position, text, counters } of rows) {
    const key = `${family} ${table} ${chain}`;
    const known = chains.get(key) ?? { family, table, chain, rows: [] };
    chains.set(key, known);
    known.rows.push([position === undefined ? POLICY : text, ...counters]);
  }
  return { ...about, chains: [...chains.values()] };
}

/** The new baselines in the place of those of the same namespaces; `gone` are names that are left out. */
export function mergeBaseline(
  before: Baseline | undefined,
  fresh: readonly BaselineNamespace[],
  gone: ReadonlySet<string>,
): Baseline {
  const taken = new Set([...gone, ...fresh.map(({ identity }) => namespaceLabel(identity.namespace))]);
  const rest = before?.namespaces.filter(({ identity }) => !taken.has(namespaceLabel(identity.namespace))) ?? [];
  return { version: 1, namespaces: [...rest, ...fresh] };
}

export function printBaseline(baseline: Baseline): string {
  return `${JSON.stringify(baseline)}\n`;
}

/** Reads the file of a reader. Throws `env.data-folder` for what fw did not write: to begin anew would tell the reader everything twice. */
export function parseBaseline(path: string, text: string): Baseline {
  try {
    const value: unknown = JSON.parse(text);
    if (isBaseline(value)) return value;
  } catch {
    // Told below.
  }
  throw new FwError('env.data-folder', `${path} is no baseline of a reader that this fw knows`, {
    next: `See what became of it. Without the file the reader begins anew, and its next call shows whole counters.`,
  });
}

export function isBaseline(value: unknown): value is Baseline {
  return isObject(value) && value.version === 1 && isList(value.namespaces, isNamespace);
}

function isNamespace(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { at, machine, identity, backend, chains } = value;
  return (
    typeof at === 'string' &&
    isObject(machine) &&
    typeof machine.boot === 'string' &&
    isObject(identity) &&
    isObject(identity.namespace) &&
    (backend === 'nft' || backend === 'legacy') &&
    isList(chains, isChain)
  );
}

function isChain(value: unknown): boolean {
  if (!isObject(value)) return false;
  const named = [value.family, value.table, value.chain].every((one) => typeof one === 'string');
  return named && isList(value.rows, isRow);
}

function isRow(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [text, ...counters] = value as readonly unknown[];
  return typeof text === 'string' && counters.every((one) => typeof one === 'string' && /^\d{1,20}$/.test(one));
}

function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
