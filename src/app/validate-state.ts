import type { Diagnostic } from '../core/diagnostic.ts';
import { FwError } from '../core/errors.ts';
import { undeclaredTargets } from '../core/normal/undeclared-targets.ts';
import { type Backend, FAMILIES, type Family, type Ruleset, type TableName } from '../core/ruleset/types.ts';
import type { Sources } from '../core/span.ts';
import type { DesiredNamespace } from '../core/state/types.ts';
import type { Ports } from '../ports.ts';
import { loadDesired } from './load-desired.ts';
import type { GivenValues } from './load-values.ts';
import { normalise, type Pair } from './normalise.ts';

export type Validated = {
  readonly sources: Sources;
  /** Warnings only; errors are thrown. */
  readonly warnings: readonly Diagnostic[];
  readonly namespaces: number;
  /** How far each backend could be checked: by the kernel, in a scratch namespace, or not beyond the syntax, and why not. */
  readonly depths: readonly Depth[];
};

export type Depth = { readonly backend: Backend; readonly depth: 'kernel' | 'syntax'; readonly reason: string };

/**
 * Checks a state without looking at live rules, and without root where it can: files first, then every rule in a scratch namespace
 * if this machine lets us make one. Namespaces need not exist here. Throws as `loadDesired` and `normalise` do.
 */
export async function validateState(
  ports: Ports,
  options: { readonly state: string; readonly allowEmpty: boolean; readonly given?: GivenValues },
): Promise<Validated> {
  const { desired, sources, diagnostics } = await loadDesired(ports, {
    path: options.state,
    allowEmpty: options.allowEmpty,
    existing: undefined,
    ...(options.given === undefined ? {} : { given: options.given }),
  });
  const { available, preferred } = await ports.kernel.backends();
  const rootless = !ports.kernel.isPrivileged();
  // Rootless only nft can be asked, so a state that leaves the backend open is checked with it.
  const open: Backend = rootless && available.includes('nft') ? 'nft' : preferred;
  const backendOf = ({ backend }: DesiredNamespace) => (backend === 'auto' ? open : backend);
  const depths = [...new Set(desired.namespaces.map(backendOf))].map((backend) =>
    depthOf(backend, available, rootless),
  );
  const askable = new Set(depths.filter(({ depth }) => depth === 'kernel').map(({ backend }) => backend));
  const pairs = desired.namespaces
    .filter((namespace) => askable.has(backendOf(namespace)))
    .map((namespace) => pairOf(namespace, backendOf(namespace)));
  const found = await tryNormalise(ports, pairs, sources);
  const { unreachable, warnings } = found;
  return {
    sources,
    warnings: [...diagnostics, ...warnings, ...pairs.flatMap(({ desired: namespace }) => warnForeignJumps(namespace))],
    namespaces: desired.namespaces.length,
    depths:
      unreachable === undefined
        ? depths
        : depths.map(({ backend }) => ({ backend, depth: 'syntax', reason: unreachable })),
  };
}

function depthOf(backend: Backend, available: readonly Backend[], rootless: boolean): Depth {
  if (!available.includes(backend)) return { backend, depth: 'syntax', reason: `iptables-${backend} is not installed` };
  if (rootless && backend === 'legacy') return { backend, depth: 'syntax', reason: 'the legacy backend needs root' };
  const where = rootless ? 'in a user namespace' : 'in a scratch namespace';
  return { backend, depth: 'kernel', reason: where };
}

/** A namespace as live as validation needs it: empty, but for the chains of others that rules jump to. */
function pairOf(desired: DesiredNamespace, backend: Backend): Pair {
  const rulesets = { ipv4: stubs(desired, 'ipv4'), ipv6: stubs(desired, 'ipv6') };
  return { desired, live: { namespace: desired.namespace, backend, rulesets } };
}

function stubs(desired: DesiredNamespace, family: Family): Ruleset {
  const tables = desired.rulesets.find((ruleset) => ruleset.family === family)?.tables ?? [];
  return {
    family,
    tables: tables.map((table) => ({
      name: table.name,
      chains: undeclaredTargets(table).map(({ chain }) => ({ name: chain, rules: [] })),
    })),
  };
}

async function tryNormalise(ports: Ports, pairs: readonly Pair[], sources: Sources) {
  try {
    await normalise(ports.kernel, pairs, sources);
    return { warnings: [] };
  } catch (error) {
    if (!(error instanceof FwError)) throw error;
    // A kernel that lets nobody make a scratch namespace is no fault of the state.
    if (error.code === 'env.no-scratch') return { warnings: [], unreachable: `${error.message}: ${error.said ?? ''}` };
    const missing = error.diagnostics.filter(needsLiveSet);
    if (missing.length === 0 || missing.length < error.diagnostics.length) throw error;
    return {
      warnings: missing.map((diagnostic): Diagnostic => ({ ...diagnostic, severity: 'warning', hint: LIVE_SET })),
    };
  }
}

const LIVE_SET = 'The set is not here, so this rule could not be checked; fw plan checks it where the set is.';

function needsLiveSet({ said }: Diagnostic): boolean {
  return said !== undefined && /^Set .* doesn't exist/.test(said);
}

function warnForeignJumps(namespace: DesiredNamespace): readonly Diagnostic[] {
  const tables = FAMILIES.flatMap(
    (family) => namespace.rulesets.find((ruleset) => ruleset.family === family)?.tables ?? [],
  );
  const seen = new Map<string, Diagnostic>();
  for (const table of tables) {
    for (const { chain, span } of undeclaredTargets(table))
      seen.set(`${span.file}:${span.start}`, warnJump(table.name, chain, span));
  }
  return [...seen.values()];
}

function warnJump(table: TableName, chain: string, span: Diagnostic['span'] & object): Diagnostic {
  return {
    severity: 'warning',
    code: 'state.foreign-jump',
    message: `"${chain}" is no chain of table ${table} in this state; it must be there when fw applies`,
    span,
    hint: 'Declare the chain, correct its name, or leave it if another program makes it.',
  };
}
