import { type Claim, claimsByTable } from '../../core/desired/claim.ts';
import type { DesiredNamespace } from '../../core/desired/types.ts';
import { byPlace, type Diagnostic, hasErrors } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { withLint } from '../../core/lint-findings/lint-warnings.ts';
import { checkNamedState } from '../../core/named-state/check-named-state.ts';
import { missingSetOf } from '../../core/normal-form/refusal.ts';
import { undeclaredTargets } from '../../core/normal-form/unknown-target.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { type Backend, type Chain, FAMILIES, type Family, type Ruleset } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { checkTests } from '../flow-tests/check-tests.ts';
import { planOfState } from '../flow-tests/test-desired.ts';
import type { Pair } from '../normal-form/normalise.ts';
import { normaliseState } from '../normal-form/normalise-state.ts';
import { findOtherBackend } from '../plan/other-backend.ts';
import { checkTargets, isHere } from './check-targets.ts';
import { type LoadedState, loadDesired } from './load-desired.ts';
import type { GivenValues } from './load-values.ts';

type Validated = {
  readonly sources: Sources;
  /** Warnings only; errors are thrown. */
  readonly warnings: readonly Diagnostic[];
  readonly namespaces: readonly string[];
  /** How far each backend could be checked: by the kernel, in a scratch namespace, or not beyond the syntax, and why not. */
  readonly depths: readonly Depth[];
};

export type Depth = {
  readonly backend: Backend;
  readonly depth: 'kernel' | 'syntax';
  readonly reason: string;
  /** Rules that the kernel has not seen, since the sets that they name are not here; absent is the same as none. */
  readonly unloaded?: number;
};

/**
 * Checks a state without root where it can: files first, then every set and rule in a scratch namespace if this machine lets us make one. Namespaces
 * need not exist here; of those that do, the chains and sets of other programs count that rules name, and a second backend whose rules packets meet is a warning. Throws as `loadDesired` does, and
 * `state.invalid` with all that is wrong.
 */
export async function validateState(
  ports: Ports,
  options: { readonly state: string; readonly allowEmpty: boolean; readonly given?: GivenValues },
): Promise<Validated> {
  const loaded = await loadDesired(ports, {
    path: options.state,
    allowEmpty: options.allowEmpty,
    existing: undefined,
    ...(options.given === undefined ? {} : { given: options.given }),
  });
  const { desired, sources, diagnostics } = loaded;
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
  const existing = new Set(ports.kernel.isPrivileged() ? await ports.kernel.namespaces() : []);
  const isLooked = pairs.every(({ desired: namespace }) => isHere(namespace, existing));
  const targets = await checkTargets(
    ports.kernel,
    pairs.map((pair) => pair.desired),
  );
  const found = await tryNormalise(ports, pairs, { sources, diagnostics }, isLooked);
  const rest = diagnostics.filter(({ severity }) => severity === 'warning' || found.unreachable !== undefined);
  const all = [...rest, ...found.diagnostics, ...targets].sort(byPlace);
  if (hasErrors(all)) throw found.failed(all);
  // Rules that are refused mean nothing, so tests are judged of those that are not.
  const alone = await planAlone(ports, loaded);
  const failing = alone === undefined ? [] : checkTests(loaded, alone);
  if (hasErrors(failing)) throw found.failed([...all, ...failing].sort(byPlace));
  return {
    sources,
    warnings: [
      ...[...(alone === undefined ? all : withLint(all, { ...alone, desired, sources })), ...failing].sort(byPlace),
      ...(await findOtherBackend(ports.kernel, desired.namespaces)),
    ],
    namespaces: desired.namespaces.map(({ namespace }) => namespaceLabel(namespace)),
    depths: depths.map((depth) => lower(depth, found)),
  };
}

/** The state by itself. Undefined where it cannot be without what other programs have, as chains that its rules name, and no test asks for it. */
async function planAlone(
  ports: Ports,
  loaded: LoadedState,
): Promise<Awaited<ReturnType<typeof planOfState>> | undefined> {
  try {
    return await planOfState(ports, loaded);
  } catch (error) {
    const { tests, reachable } = loaded.desired;
    if (!(error instanceof FwError) || tests.length + reachable.length > 0) throw error;
    return undefined;
  }
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
  return {
    family,
    tables: claimsByTable(desired.claims, family).map(({ table, claims }) => ({
      name: table,
      chains: undeclaredTargets(table, claims).map(({ chain }) => ({ name: chain, rules: [] })),
    })),
  };
}

type Tried = {
  /** What is refused, and what could not be checked, as a warning. */
  readonly diagnostics: readonly Diagnostic[];
  /** The error to end with. */
  readonly failed: (diagnostics: readonly Diagnostic[]) => FwError;
  /** Why no rule at all could be loaded. */
  readonly unreachable?: string;
  /** Rules that were not loaded, since the sets that they name are not here. */
  readonly unloaded: number;
};

async function tryNormalise(
  ports: Ports,
  pairs: readonly Pair[],
  { sources, diagnostics: known }: Pick<LoadedState, 'sources' | 'diagnostics'>,
  isLooked: boolean,
): Promise<Tried> {
  const failed = (diagnostics: readonly Diagnostic[]) => {
    const count = diagnostics.filter(({ severity }) => severity === 'error').length;
    return new FwError('state.invalid', `${count} ${count === 1 ? 'error' : 'errors'} in the state`, {
      diagnostics,
      sources,
    });
  };
  try {
    const sets = pairs.map(({ desired }) => ({ desired: desired.sets, live: [] }));
    const { claims } = await normaliseState(ports.kernel, pairs, sets, sources, known);
    return { diagnostics: claims.flatMap(checkClaims), failed, unloaded: 0 };
  } catch (error) {
    if (!(error instanceof FwError)) throw error;
    // A kernel that lets this user make no scratch namespace is no fault of the state.
    if (
      error.code === 'env.no-scratch' ||
      error.code === 'env.permission' ||
      (error.code === 'env.missing-binary' && error.message.startsWith('ipset'))
    ) {
      return { diagnostics: [], failed, unloaded: 0, unreachable: `${error.message}: ${error.output ?? ''}` };
    }
    if (error.code !== 'state.invalid') throw error;
    const isOpen = (diagnostic: Diagnostic) => !isLooked && missingSetOf(diagnostic.output) !== undefined;
    const diagnostics = error.diagnostics.map((one): Diagnostic => (isOpen(one) ? withoutSet(one) : one));
    const { message } = error;
    return {
      diagnostics,
      unloaded: diagnostics.filter(({ severity }) => severity === 'warning').length,
      failed: (all) =>
        all.length === error.diagnostics.length
          ? new FwError('state.invalid', message, { diagnostics: all, sources })
          : failed(all),
    };
  }
}

/** As if no other program had rules there. */
function checkClaims(claims: readonly Claim[]): readonly Diagnostic[] {
  return FAMILIES.flatMap((family) =>
    checkNamedState(
      claimsByTable(claims, family).map(({ table, claims: own }) => ({
        table: {
          name: table,
          chains: own.flatMap(({ chains }) => chains.map((chain): Chain => ({ name: chain.name, rules: chain.rules }))),
        },
        isOurs: () => true,
      })),
    ),
  );
}

function withoutSet(diagnostic: Diagnostic): Diagnostic {
  const near = /^Did you mean [^?]+\? /.exec(diagnostic.hint ?? '')?.[0] ?? '';
  return { ...diagnostic, severity: 'warning', hint: `${near}${LIVE_SET}` };
}

const LIVE_SET = 'The set is not here, so this rule could not be checked; fw plan checks it where the set is.';

/** How deep a backend was looked at in the end. */
function lower(depth: Depth, { unreachable, unloaded }: Tried): Depth {
  if (unreachable !== undefined) return { backend: depth.backend, depth: 'syntax', reason: unreachable };
  if (unloaded === 0 || depth.depth === 'syntax') return depth;
  return { ...depth, unloaded };
}
