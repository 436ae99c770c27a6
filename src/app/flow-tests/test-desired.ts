import type { Claim } from '../../core/desired/claim.ts';
import type { DesiredNamespace } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { asSaved } from '../../core/flow-tests/as-saved.ts';
import { testsOf } from '../../core/flow-tests/reachable-tests.ts';
import { testedFirewalls } from '../../core/flow-tests/tested-firewalls.ts';
import type { TestedFirewall } from '../../core/flow-tests/types.ts';
import { missingSetOf } from '../../core/normal-form/refusal.ts';
import { assemble, type NamespaceInput } from '../../core/plan/assemble.ts';
import type { Plan } from '../../core/plan/types.ts';
import type { Backend, Ruleset } from '../../core/rules/types.ts';
import { allLines } from '../../core/sets/ipset/lines.ts';
import type { DesiredSet, SetPair } from '../../core/sets/ipset/types.ts';
import { type LiveNamespace, liveNamespaces } from '../../core/traffic/live-namespace.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Live } from '../live/read-live.ts';
import { asWritten, type Pair } from '../normal-form/normalise.ts';
import { normaliseState } from '../normal-form/normalise-state.ts';
import { type LoadedState, loadDesired } from '../state/load-desired.ts';
import type { GivenValues } from '../state/load-values.ts';
import { plannedPromises } from './planned-tests.ts';
import type { TestSubject } from './types.ts';

/** What keeps a machine from making a scratch namespace is no fault of the state. */
const NO_KERNEL: ReadonlySet<string> = new Set(['env.no-scratch', 'env.permission', 'env.missing-binary']);

/**
 * A state by itself, as on a machine where nothing else has rules: needs neither root nor live rules. Rules are in the kernel's spelling where
 * it can be asked, else as they are written.
 */
export async function subjectOfState(
  ports: Ports,
  options: { readonly state: string; readonly allowEmpty: boolean; readonly given?: GivenValues },
): Promise<TestSubject> {
  const loaded = await loadDesired(ports, {
    path: options.state,
    allowEmpty: options.allowEmpty,
    existing: undefined,
    ...(options.given === undefined ? {} : { given: options.given }),
  });
  return {
    about: `the state at ${options.state}, as on a machine without other rules`,
    tests: testsOf(plannedPromises(loaded.desired, loaded.sources)),
    firewalls: await firewallsOfState(ports, loaded),
    sources: loaded.sources,
    warnings: loaded.diagnostics,
  };
}

/** Every family of every namespace as the state alone makes it. */
export async function firewallsOfState(
  ports: Ports,
  loaded: Pick<LoadedState, 'desired' | 'sources'>,
): Promise<readonly TestedFirewall[]> {
  const { plan, live } = await planOfState(ports, loaded);
  return testedFirewalls(plan, live, createOrigin(createLocator(loaded.sources)));
}

/** What a state makes of a machine where nothing has rules, as a plan. */
export async function planOfState(
  ports: Ports,
  { desired, sources }: Pick<LoadedState, 'desired' | 'sources'>,
): Promise<{ readonly plan: Plan; readonly live: readonly LiveNamespace[] }> {
  const { available, preferred } = await ports.kernel.backends();
  const open: Backend = !ports.kernel.isPrivileged() && available.includes('nft') ? 'nft' : preferred;
  const pairs = desired.namespaces.map((one): Pair => ({ desired: one, live: pristine(one, open) }));
  const { claims, sets } = await spelled(ports, pairs, sources);
  const inputs = pairs.map(({ desired: { owners }, live }, index): NamespaceInput => {
    const { namespace, backend, rulesets } = live;
    return { namespace, backend, owners, live: rulesets, claims: claims[index] ?? [], sets: sets[index] ?? [] };
  });
  const originOf = createOrigin(createLocator(sources));
  const { plan, diagnostics: problems } = assemble(inputs, { context: 0, originOf });
  if (problems.length > 0)
    throw new FwError('state.invalid', 'the state cannot be applied', { diagnostics: problems, sources });
  const live = liveNamespaces(
    inputs,
    pairs.map((pair) => pair.live),
  );
  return { plan, live };
}

function pristine({ namespace, backend }: DesiredNamespace, open: Backend): Live {
  const none = (family: 'ipv4' | 'ipv6'): Ruleset => ({ family, tables: [] });
  return {
    namespace,
    backend: backend === 'auto' ? open : backend,
    rulesets: { ipv4: none('ipv4'), ipv6: none('ipv6') },
  };
}

type Spelled = { readonly claims: readonly (readonly Claim[])[]; readonly sets: readonly (readonly SetPair[])[] };

async function spelled({ kernel }: Ports, pairs: readonly Pair[], sources: Sources): Promise<Spelled> {
  try {
    const sets = pairs.map(({ desired }) => ({ desired: desired.sets, live: [] }));
    return await normaliseState(kernel, pairs, sets, sources);
  } catch (error) {
    if (!(error instanceof FwError)) throw error;
    // A rule may name a set that only the machine has.
    const namesLive = ({ output }: Diagnostic) => missingSetOf(output) !== undefined;
    const isElsewhere = error.code === 'state.invalid' && error.diagnostics.every(namesLive);
    if (!NO_KERNEL.has(error.code) && !isElsewhere) throw error;
    return {
      claims: pairs.map(({ desired }) => asWritten(desired.claims).map(rewritten)),
      sets: pairs.map(({ desired }) => desired.sets.map(wantedSet)),
    };
  }
}

function rewritten(claim: Claim): Claim {
  const chains = claim.chains.map((chain) => ({
    ...chain,
    rules: chain.rules.flatMap((rule) => asSaved(rule.text).map((text) => ({ ...rule, text }))),
  }));
  return { ...claim, chains };
}

function wantedSet({ name, declared, header, entries, span }: DesiredSet): SetPair {
  const added = entries === undefined ? [] : allLines(entries.lines);
  return { name, desired: { declared, header, isManaged: entries !== undefined, added, removed: [], kept: [], span } };
}
