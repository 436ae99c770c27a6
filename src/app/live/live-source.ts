import type { OddNamespace } from '../../core/desired/odd-namespace.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import type { AnewSince, SeenBefore } from '../../core/identity/find-made-anew.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { FAMILIES, type Namespace } from '../../core/rules/types.ts';
import { parseSavedSet } from '../../core/sets/ipset/parse-saved-set.ts';
import type { LiveSet } from '../../core/sets/ipset/types.ts';
import { ourSets } from '../../core/sets/our-sets.ts';
import type { SnapshotFile } from '../../core/snapshot/types.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { Ports, SaveRequest } from '../../ports/ports.ts';
import { newestGeneration } from '../generations/pick-generation.ts';
import { lookForAnew } from '../query/look-for-made-anew.ts';
import { proveLive } from '../save-proof/prove-live.ts';
import { mayHoldSets } from './may-hold-sets.ts';
import { openPrefetch } from './prefetch.ts';
import { type Live, type LiveRequest, readLive } from './read-live.ts';
import { readSets, type SetRequest } from './read-sets.ts';

/** Where a plan takes live rules from. */
export type LiveSource = {
  /** The rules are of a file, which knows nothing of the states that a data folder holds. */
  readonly isElsewhere?: true;
  /** Names of the network namespaces there are. */
  namespaces(): Promise<readonly string[]>;
  /** What else is under /run/netns. */
  oddNamespaces(): Promise<readonly OddNamespace[]>;
  /** What makes it know a namespace of this name. */
  remedy(name: string): string;
  /** What was last kept of the machine that the rules are of; undefined where nothing is known. */
  newest(): Promise<NumberedGeneration | undefined>;
  /** See `lookForAnew`; undefined where the rules are not of this machine. */
  anew(
    seen: readonly SeenBefore[],
    about: readonly { readonly namespace: Namespace }[],
  ): Promise<readonly AnewSince[] | undefined>;
  /** Begins to read what will probably be asked for. */
  prefetch(namespaces: readonly string[]): Promise<void>;
  read(requests: readonly WantedRules[]): Promise<ReadRules>;
};

/** What a plan asks of one namespace. */
type WantedRules = LiveRequest & SetRequest;

export type ReadRules = {
  /** The rules, proven to be all that is live but for the hidden tables. */
  readonly live: readonly Live[];
  /** Warnings where that could not be proven. */
  readonly unproven: readonly Diagnostic[];
  /** The sets of fw in each namespace, see `readSets`. */
  readonly sets: readonly (readonly LiveSet[])[];
};

/** The machine that fw runs on. Throws `env.permission` where this user may not look. */
export function machineRules(ports: Ports): LiveSource {
  if (!ports.kernel.isPrivileged()) {
    throw new FwError('env.permission', 'reading live rules needs CAP_NET_ADMIN', {
      next: 'Run as root, with the capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN; a container must be given both. fw validate checks the state without it, and fw plan --live FILE plans from a snapshot.',
    });
  }
  const prefetch = openPrefetch(ports.kernel);
  const backends = ports.kernel.backends();
  const newest = newestGeneration(ports);
  // The code that asks gets the failure.
  for (const early of [backends, newest]) early.catch(() => undefined);
  return {
    namespaces: () => ports.kernel.namespaces(),
    oddNamespaces: () => ports.kernel.oddNamespaces(),
    remedy: (name) => `ip netns add ${name}`,
    newest: () => newest,
    anew: (seen, about) => lookForAnew(ports, seen, about),
    prefetch: async (names) => {
      const { available, preferred: backend } = await backends;
      if (available.length === 0) return;
      const namespaces = names.map((name): Namespace => (name === 'host' ? { kind: 'host' } : { kind: 'named', name }));
      prefetch.begin(
        namespaces.flatMap((namespace) => FAMILIES.map((family): SaveRequest => ({ namespace, backend, family }))),
      );
    },
    read: async (requests) => {
      const reading = readLive({ ...ports.kernel, save: prefetch.save }, requests).then((live) =>
        proveLive(ports, live),
      );
      const [rules, sets] = await Promise.all([reading, setsBeside(ports, requests, reading)]);
      return { ...rules, sets };
    },
  };
}

/** The sets are read while the rules are; of many namespaces only those are asked that may hold some. */
async function setsBeside(
  { kernel, generations }: Ports,
  requests: readonly SetRequest[],
  rules: Promise<{ readonly live: readonly Live[] }>,
): Promise<ReadRules['sets']> {
  const live = rules.then((read) => read.live);
  // Where this fails, so does the reading of the rules, which reports it.
  live.catch(() => undefined);
  const may = await mayHoldSets(generations, requests, live);
  const asked = requests.flatMap((_, index) => (may[index] === true ? [index] : []));
  const found = await readSets(
    kernel,
    asked.map((index) => requests[index] as SetRequest),
  );
  return requests.map((_, index) => found[asked.indexOf(index)] ?? []);
}

/** A snapshot of some machine, proven when it was taken. */
export function snapshotRules(path: string, file: SnapshotFile, versionsHere: string): LiveSource {
  const byName = new Map(file.namespaces.map((kept) => [namespaceLabel(kept.namespace), kept]));
  return {
    isElsewhere: true,
    namespaces: async () => [...byName.keys()].filter((name) => name !== 'host'),
    oddNamespaces: async () => [],
    remedy: (name) => `fw snapshot --namespace ${shellWord(name)}`,
    newest: async () => undefined,
    anew: async () => undefined,
    prefetch: async () => undefined,
    read: async (requests) => ({
      live: requests.map(({ namespace, backend }): Live => {
        const kept = byName.get(namespaceLabel(namespace));
        if (kept === undefined) {
          throw new FwError('env.no-namespace', `${path} has no rules of ${namespaceLabel(namespace)}`, {
            next: `Take it again with fw snapshot --namespace ${shellWord(namespaceLabel(namespace))}.`,
          });
        }
        if (backend !== 'auto' && backend !== kept.backend) {
          throw new FwError(
            'live.mixed-backends',
            `${path} has ${kept.backend} rules of ${namespaceLabel(namespace)}, not ${backend}`,
          );
        }
        return { namespace, backend: kept.backend, rulesets: { ipv4: kept.ipv4, ipv6: kept.ipv6 } };
      }),
      unproven: file.versions === versionsHere ? [] : [otherVersions(path, file.versions, versionsHere)],
      sets: requests.map((request) => setsOf(path, byName.get(namespaceLabel(request.namespace))?.sets, request)),
    }),
  };
}

function setsOf(
  path: string,
  kept: SnapshotFile['namespaces'][number]['sets'],
  { namespace, owners, declared }: SetRequest,
): readonly LiveSet[] {
  if (kept === undefined && declared.length > 0) {
    throw new FwError('live.unreadable', `${path} has no sets of ${namespaceLabel(namespace)}`, {
      next: 'Take it again with fw snapshot: an older version did not keep sets.',
    });
  }
  const isOurs = ourSets(owners, declared);
  return (kept ?? [])
    .filter(({ name }) => isOurs(name))
    .flatMap(({ name, references, text }) => parseSavedSet(name, text, references) ?? []);
}

function otherVersions(path: string, there: string, here: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'live.other-versions',
    message: `${path} was taken with other programs (${there}) than the ones here (${here})`,
    hint: 'Rules may be spelt in another way there; a plan made on that machine is sure.',
  };
}
