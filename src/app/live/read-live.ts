import type { BackendChoice } from '../../core/desired/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { isPristine } from '../../core/rules/builtin.ts';
import { digestTable } from '../../core/rules/digest.ts';
import { listRules } from '../../core/rules/list-rules.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import {
  type Backend,
  FAMILIES,
  type Family,
  type LiveRules,
  type Namespace,
  type Ruleset,
} from '../../core/rules/types.ts';
import type { Backends, Kernel, Ran, SaveRequest } from '../../ports/ports.ts';
import type { HiddenTable } from '../save-proof/hidden-table.ts';
import { readSave } from './read-save.ts';
import { allDone } from './settle-all.ts';

/** Live rules of one namespace, of the backend that fw manages there, without the hidden tables. */
export type Live = LiveRules & {
  /** Tables that iptables-save does not show as they are. */
  readonly hidden?: readonly HiddenTable[];
  /** The other backend holds rules too, which packets also meet; only possible where the state names a backend. */
  readonly alsoHeldBy?: Backend;
  /** What it holds. */
  readonly other?: Found;
};

export type LiveRequest = {
  readonly namespace: Namespace;
  readonly backend: BackendChoice;
  /** The one that counts where both hold rules and none is named. */
  readonly managed?: Backend;
};

/**
 * Snapshots every namespace, both families. The backend is the one that holds rules; where none does, the one that `iptables`
 * means on this machine. Rules in both are an error, unless the state says which one fw manages.
 */
export async function readLive(kernel: Kernel, requests: readonly LiveRequest[]): Promise<readonly Live[]> {
  const backends = await kernel.backends();
  checkInstalled(backends, requests);
  const first = requests.map(({ backend }) => (backend === 'auto' ? backends.preferred : backend));
  const { found, warned } = await readAll(
    kernel,
    requests.map(({ namespace }, index) => ({ namespace, backend: first[index] ?? 'nft' })),
  );
  const legacy = await findLegacy(kernel, backends, requests, first, warned);
  const second = requests.map((_, index) => otherToLookAt(first[index], legacy[index] === true, backends));
  const asked = requests.flatMap(({ namespace }, index) => {
    const backend = second[index];
    return backend === undefined ? [] : [{ namespace, backend, index }];
  });
  const others = new Map((await readAll(kernel, asked)).found.map((other, at) => [asked[at]?.index ?? -1, other]));
  return requests.map((request, index) =>
    choose(request, first[index] ?? 'nft', found[index] as Found, second[index], others.get(index)),
  );
}

type Found = { readonly rulesets: Readonly<Record<Family, Ruleset>>; readonly hidden: readonly HiddenTable[] };

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
 * Which namespaces have tables of the legacy backend. iptables-nft-save prints it (1.8.9), so where it printed nothing no other program needs to be asked.
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
  found: Found,
  second: Backend | undefined,
  other: Found | undefined,
): Live {
  const { namespace } = request;
  const live = { namespace, backend: first, ...found };
  if (second === undefined || other === undefined || !holdsRules(other)) return live;
  if (request.backend !== 'auto') return { ...live, alsoHeldBy: second, other };
  if (!holdsRules(found)) return { namespace, backend: second, ...other };
  if (request.managed === first) return { ...live, alsoHeldBy: second, other };
  if (request.managed === second) return { namespace, backend: second, ...other, alsoHeldBy: first, other: found };
  throw new FwError(
    'live.mixed-backends',
    `${namespaceLabel(namespace)} has rules in both the nft and the legacy backend; packets meet both, and only one can be managed`,
    {
      output: [`${first}:`, listRules(found.rulesets), `${second}:`, listRules(other.rulesets)].join('\n'),
      next:
        'Move all rules of the namespace to one backend, or name the one that fw manages: with `backend:` in the state, ' +
        'with --backend for fw import, fw snapshot and fw show live.',
    },
  );
}

function holdsRules({ rulesets, hidden }: Found): boolean {
  if (hidden.length > 0) return true;
  return FAMILIES.some((family) => rulesets[family].tables.some((table) => !isPristine(table)));
}

async function readAll(
  kernel: Kernel,
  wanted: readonly { readonly namespace: Namespace; readonly backend: Backend }[],
): Promise<{ readonly found: readonly Found[]; readonly warned: readonly boolean[] }> {
  if (wanted.length === 0) return { found: [], warned: [] };
  const requests = wanted.flatMap(({ namespace, backend }) =>
    FAMILIES.map((family): SaveRequest => ({ namespace, backend, family })),
  );
  const saves = kernel.save(requests);
  // Parsed as they come: meanwhile the others are still being saved.
  const read = await allDone(
    requests.map(async (request, index) => {
      const ran = (await saves[index]) as Ran;
      const { ruleset, hidden } = await readSave(kernel, request, ran);
      // Proofs and comparisons of tables ask for their digests later.
      for (const table of ruleset.tables) digestTable(table, table.name);
      return { ruleset, hidden, isWarned: ran.stderr.includes('legacy tables present') };
    }),
  );
  const pairs = wanted.map((_, index) => read.slice(2 * index, 2 * index + 2));
  return {
    found: pairs.map((both) => ({
      rulesets: { ipv4: both[0]?.ruleset as Ruleset, ipv6: both[1]?.ruleset as Ruleset },
      hidden: both.flatMap(({ hidden }) => hidden),
    })),
    warned: pairs.map((both) => both.some(({ isWarned }) => isWarned)),
  };
}
