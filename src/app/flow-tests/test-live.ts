import type { DesiredState, PlannedTest } from '../../core/desired/types.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { testsOf } from '../../core/flow-tests/reachable-tests.ts';
import { testedFirewalls } from '../../core/flow-tests/tested-firewalls.ts';
import type { TestedFirewall } from '../../core/flow-tests/types.ts';
import type { Plan } from '../../core/plan/types.ts';
import { ruleTexts } from '../../core/rule-text/rule-texts.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES, type Namespace } from '../../core/rules/types.ts';
import { namedSets } from '../../core/sets/headers.ts';
import type { SetPair } from '../../core/sets/ipset/types.ts';
import type { LiveNamespace } from '../../core/traffic/live-namespace.ts';
import type { Ports } from '../../ports/ports.ts';
import type { LiveSource, ReadRules } from '../live/live-source.ts';
import { addNativeTables } from '../live/with-native-tables.ts';
import { loadDesired } from '../state/load-desired.ts';
import type { GivenValues } from '../state/load-values.ts';
import { plannedPromises } from './planned-tests.ts';
import type { TestSubject } from './types.ts';

const NO_PLAN: Plan = { version: 1, namespaces: [], steps: [], foreign: [] };

const NO_STATE: DesiredState = { namespaces: [], checks: [], tests: [], reachable: [], connections: [] };

/** Rules as they are, of this machine or in a snapshot, by the tests of a state, where one is given, and of files. */
export async function subjectOfRules(
  ports: Ports,
  source: LiveSource,
  options: {
    readonly about: string;
    /** Whose tests are asked; none where only those of files are. */
    readonly state: string | undefined;
    readonly allowEmpty: boolean;
    readonly given?: GivenValues;
    readonly extra: readonly PlannedTest[];
  },
): Promise<TestSubject> {
  const existing = await source.namespaces();
  const { desired, sources, diagnostics } = await loadOptional(ports, options, existing);
  const tests = [...testsOf(plannedPromises(desired, sources)), ...options.extra];
  const wanted = [
    ...new Map(tests.flatMap(({ namespaces }) => namespaces).map((one) => [namespaceLabel(one), one])).values(),
  ];
  const known = wanted.filter((one) => one.kind === 'host' || existing.includes(one.name));
  const { read, named } = await readRules(source, desired, known);
  const declared = new Map(desired.namespaces.map((one) => [namespaceLabel(one.namespace), one.sets]));
  const live = read.live.map(
    ({ namespace, backend, rulesets, hidden = [], other }, index): LiveNamespace => ({
      namespace,
      backend,
      rulesets,
      hidden,
      ...(other === undefined ? {} : { other: { backend: backend === 'nft' ? 'legacy' : 'nft' } }),
      sets: (read.sets[index] ?? [])
        .filter(({ name }) => named[index]?.has(name) === true)
        .map((set): SetPair => ({ name: set.name, live: set })),
    }),
  );
  const around = source.isElsewhere === true ? live : await addNativeTables(ports.kernel, live);
  const firewalls = testedFirewalls(NO_PLAN, live, undefined).map((one): TestedFirewall => {
    const names = (declared.get(one.namespace) ?? []).filter(
      ({ family }) => family === undefined || family === one.family,
    );
    return { ...one, setNames: new Map(names.map((set) => [set.declared, set.name])) };
  });
  return {
    about: `${options.about}${notLookedAtText(around)}`,
    tests: testsOf(plannedPromises(desired, sources)),
    firewalls,
    sources,
    warnings: [...diagnostics, ...read.unproven],
  };
}

/** Which tables of nft are left out, as the end of a sentence. */
function notLookedAtText(live: readonly LiveNamespace[]): string {
  const tables = new Set(live.flatMap(({ notLookedAt = [] }) => notLookedAt));
  return tables.size === 0 ? '' : `; not looked at: ${[...tables].map((table) => `table ${table}`).join(', ')}`;
}

async function loadOptional(
  ports: Ports,
  {
    state,
    allowEmpty,
    given,
  }: { readonly state: string | undefined; readonly allowEmpty: boolean; readonly given?: GivenValues },
  existing: readonly string[],
): Promise<{
  readonly desired: DesiredState;
  readonly sources: Sources;
  readonly diagnostics: TestSubject['warnings'];
}> {
  if (state === undefined) return { desired: NO_STATE, sources: new Map(), diagnostics: [] };
  return loadDesired(ports, { path: state, allowEmpty, existing, ...(given === undefined ? {} : { given }) });
}

/** The rules, and the sets that they and the state name, which is known when the rules are. */
async function readRules(
  source: LiveSource,
  desired: DesiredState,
  namespaces: readonly Namespace[],
): Promise<{ readonly read: ReadRules; readonly named: readonly ReadonlySet<string>[] }> {
  const backendOf = (namespace: Namespace) =>
    desired.namespaces.find((one) => namespaceLabel(one.namespace) === namespaceLabel(namespace))?.backend ?? 'auto';
  const requests = namespaces.map((namespace) => ({
    namespace,
    backend: backendOf(namespace),
    owners: [],
    declared: [] as string[],
  }));
  const first = await source.read(requests);
  const named = first.live.map(({ namespace, rulesets }) => {
    const own = desired.namespaces.find((one) => namespaceLabel(one.namespace) === namespaceLabel(namespace));
    const texts = ruleTexts(FAMILIES.flatMap((family) => rulesets[family].tables));
    return new Set([...namedSets(texts), ...(own?.sets ?? []).map(({ name }) => name)]);
  });
  if (named.every((names) => names.size === 0)) return { read: first, named };
  const again = requests.map((request, index) => ({ ...request, declared: [...(named[index] ?? [])] }));
  return { read: await source.read(again), named };
}
