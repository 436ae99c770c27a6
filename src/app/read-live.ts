import { FwError } from '../core/errors.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import { isPristine } from '../core/ruleset/builtin.ts';
import { digestTable } from '../core/ruleset/digest.ts';
import { parseSave } from '../core/ruleset/parse-save.ts';
import { type Backend, FAMILIES, type Family, type Namespace, type Ruleset } from '../core/ruleset/types.ts';
import type { BackendChoice } from '../core/state/types.ts';
import type { Backends, Kernel, Ran, SaveRequest } from '../ports.ts';
import { allDone } from './all-done.ts';
import { nameNativeRules } from './name-native-rules.ts';

/** Live rules of one namespace, of the backend that fw manages there. */
export type Live = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly rulesets: Readonly<Record<Family, Ruleset>>;
  /** The other backend holds rules too, which packets also meet; only possible where the state names a backend. */
  readonly alsoHeldBy?: Backend;
};

export type LiveRequest = { readonly namespace: Namespace; readonly backend: BackendChoice };

/**
 * Snapshots every namespace, both families. The backend is the one that holds rules; where none does, the one that `iptables`
 * means on this machine. Rules in both are an error, unless the state says which one fw manages.
 */
export async function readLive(kernel: Kernel, requests: readonly LiveRequest[]): Promise<readonly Live[]> {
  const backends = await kernel.backends();
  checkInstalled(backends, requests);
  const first = requests.map(({ backend }) => (backend === 'auto' ? backends.preferred : backend));
  const { rulesets: found, warned } = await readAll(
    kernel,
    requests.map(({ namespace }, index) => ({ namespace, backend: first[index] ?? 'nft' })),
  );
  const legacy = await findLegacy(kernel, backends, requests, first, warned);
  const second = requests.map((_, index) => otherToLookAt(first[index], legacy[index] === true, backends));
  const asked = requests.flatMap(({ namespace }, index) => {
    const backend = second[index];
    return backend === undefined ? [] : [{ namespace, backend, index }];
  });
  const others = new Map(
    (await readAll(kernel, asked)).rulesets.map((rulesets, at) => [asked[at]?.index ?? -1, rulesets]),
  );
  return requests.map((request, index) =>
    choose(request, first[index] ?? 'nft', found[index] as Rulesets, second[index], others.get(index)),
  );
}

type Rulesets = Readonly<Record<Family, Ruleset>>;

function checkInstalled(backends: Backends, requests: readonly LiveRequest[]): void {
  if (backends.available.length === 0) throw new FwError('env.missing-binary', 'iptables is not installed');
  const missing = requests.find(({ backend }) => backend !== 'auto' && !backends.available.includes(backend));
  if (missing === undefined) return;
  throw new FwError(
    'env.missing-binary',
    `${namespaceLabel(missing.namespace)} asks for the ${missing.backend} backend, but iptables-${missing.backend}-save is not installed`,
  );
}

/**
 * Which namespaces have tables of the legacy backend. iptables-nft-save says so itself (1.8.9), so where it said nothing nobody needs to be asked.
 */
async function findLegacy(
  kernel: Kernel,
  backends: Backends,
  requests: readonly LiveRequest[],
  first: readonly Backend[],
  warned: readonly boolean[],
): Promise<readonly boolean[]> {
  if (!backends.available.includes('legacy')) return requests.map(() => false);
  const doubtful = requests.flatMap((_, index) => (first[index] === 'nft' && warned[index] !== true ? [] : [index]));
  const has = await kernel.hasLegacyTables(doubtful.map((index) => (requests[index] as LiveRequest).namespace));
  const byIndex = new Map(doubtful.map((index, at) => [index, has[at] === true]));
  return requests.map((_, index) => byIndex.get(index) ?? false);
}

/** The backend that must be looked at as well before the first may be trusted to be the only one. */
function otherToLookAt(first: Backend | undefined, hasLegacy: boolean, backends: Backends): Backend | undefined {
  if (first === 'nft') return hasLegacy ? 'legacy' : undefined;
  return backends.available.includes('nft') ? 'nft' : undefined;
}

function choose(
  request: LiveRequest,
  first: Backend,
  found: Rulesets,
  second: Backend | undefined,
  other: Rulesets | undefined,
): Live {
  const { namespace } = request;
  if (second === undefined || other === undefined || !holdsRules(other))
    return { namespace, backend: first, rulesets: found };
  if (request.backend !== 'auto') return { namespace, backend: first, rulesets: found, alsoHeldBy: second };
  if (!holdsRules(found)) return { namespace, backend: second, rulesets: other };
  throw new FwError(
    'live.mixed-backends',
    `${namespaceLabel(namespace)} has rules in both the nft and the legacy backend; packets meet both, and only one can be managed`,
  );
}

function holdsRules(rulesets: Rulesets): boolean {
  return FAMILIES.some((family) => rulesets[family].tables.some((table) => !isPristine(table)));
}

async function readAll(
  kernel: Kernel,
  wanted: readonly { readonly namespace: Namespace; readonly backend: Backend }[],
): Promise<{ readonly rulesets: readonly Rulesets[]; readonly warned: readonly boolean[] }> {
  if (wanted.length === 0) return { rulesets: [], warned: [] };
  const requests = wanted.flatMap(({ namespace, backend }) =>
    FAMILIES.map((family): SaveRequest => ({ namespace, backend, family })),
  );
  const saves = kernel.save(requests);
  // Parsed as they come: meanwhile the others are still being saved.
  const read = await allDone(
    requests.map(async (request, index) => {
      const ran = (await saves[index]) as Ran;
      try {
        const ruleset = parseSaved(request, ran);
        // Whoever proves or compares tables asks for their digests later.
        for (const table of ruleset.tables) digestTable(table, table.name);
        return { ruleset, isWarned: ran.stderr.includes('legacy tables present') };
      } catch (error) {
        throw await nameNativeRules(kernel, request, error);
      }
    }),
  );
  const pairs = wanted.map((_, index) => read.slice(2 * index, 2 * index + 2));
  return {
    rulesets: pairs.map(([ipv4, ipv6]) => ({ ipv4: ipv4?.ruleset as Ruleset, ipv6: ipv6?.ruleset as Ruleset })),
    warned: pairs.map((both) => both.some(({ isWarned }) => isWarned)),
  };
}

/** Rules of one save. Anything that keeps the text from being the whole truth stops the run. */
export function parseSaved(request: SaveRequest, ran: Ran): Ruleset {
  const where = `${namespaceLabel(request.namespace)} ${request.family} (${request.backend})`;
  if (ran.exitCode !== 0) throw cannotRead(where, ran);
  const { ruleset, problems } = parseSave(ran.stdout, request.family);
  const [problem] = problems;
  if (problem === undefined) return ruleset;
  const code = problem.kind === 'unreadable' ? 'live.unreadable' : 'live.untruthful';
  throw new FwError(code, `${where}: iptables-save does not show all rules`, {
    said: `line ${problem.line}: ${problem.text}`,
    ...(code === 'live.unreadable'
      ? { next: 'Find the rule with nft list ruleset or iptables -S and replace it.' }
      : {}),
  });
}

function cannotRead(where: string, ran: Ran): FwError {
  if (ran.problem === 'timeout') return new FwError('kernel.timeout', `${where}: iptables-save did not answer in time`);
  if (ran.problem === 'missing') return new FwError('env.missing-binary', `${where}: iptables-save is not installed`);
  // nft, exit 3: the table is printed without the rules that it cannot express (1.8.9).
  return new FwError(
    ran.exitCode === 3 ? 'live.untruthful' : 'live.unreadable',
    `${where}: iptables-save ended with exit code ${ran.exitCode}`,
    {
      said: ran.stderr.trim(),
    },
  );
}
