import { FwError } from '../../../src/core/diagnostics/errors.ts';
import { namespaceLabel } from '../../../src/core/rules/namespace-label.ts';
import type { Backend, Namespace } from '../../../src/core/rules/types.ts';
import type { Kernel, ListTarget, OpenNamespaces, Ran } from '../../../src/ports/ports.ts';
import type { MemoryMachine } from './memory-machine.ts';
import type { MemoryNamespace } from './memory-namespace.ts';
import { openScratch } from './memory-scratch.ts';
import { handleText, listingText } from './nft-listing.ts';
import { savedSet, terseText } from './set-text.ts';

export type MemoryKernelOptions = {
  readonly preferred?: Backend;
  readonly available?: readonly Backend[];
  readonly now?: () => Date;
};

/** The kernel of one process of a machine. test/support/kernel-contract.ts holds it against the real one. */
export function openMemoryKernel(machine: MemoryMachine, options: MemoryKernelOptions = {}): Kernel {
  const { preferred = 'nft', available = ['nft', 'legacy'], now = () => new Date() } = options;
  const self = {};
  const held = new Map<string, MemoryNamespace>();
  const find = (namespace: Namespace) =>
    (namespace.kind === 'named' ? held.get(namespace.name) : undefined) ?? machine.find(namespace);
  const within = (namespace: Namespace, work: (found: MemoryNamespace) => Ran): Ran => {
    const found = find(namespace);
    return found === undefined ? noNamespace(namespace) : work(found);
  };
  const listTables = ({ namespace, family }: ListTarget, form: Parameters<Kernel['listNft']>[1]) =>
    within(namespace, (found) => text(listingText(found.tables('nft', family), family, form)));
  const terse = (namespace: Namespace) => within(namespace, (found) => text(terseText(found.sets)));
  return {
    isPrivileged: () => true,
    backends: async () => ({ available, preferred }),
    namespaces: async () => [...machine.named.keys()].sort(),
    oddNamespaces: async () => [],
    openNamespaces: (namespaces) => openNamespaces(machine, held, namespaces),
    identify: async (namespaces) =>
      namespaces.flatMap((namespace) => {
        const found = machine.find(namespace);
        return found === undefined ? [] : [{ namespace, ...identityOf(found.cookie) }];
      }),
    save: (requests) =>
      requests.map(async ({ namespace, backend, family, table }) =>
        within(namespace, (found) => found.save(backend, family, now(), table)),
      ),
    genids: async (namespaces, ready) => {
      await ready;
      return namespaces.map((namespace) => {
        const found = find(namespace);
        return found === undefined ? undefined : `${found.cookie} ${found.genid}`;
      });
    },
    restore: async ({ namespace, backend, family }, script) => {
      if (backend === 'legacy' && machine.legacyLock !== undefined && machine.legacyLock !== self) return lockedOut();
      return within(namespace, (found) => found.restore(backend, family, script, { noflush: true }));
    },
    holdLegacyLock: async () => {
      if (machine.legacyLock !== undefined)
        throw new FwError('kernel.timeout', 'another program holds the xtables lock');
      machine.legacyLock = self;
      return {
        release: async () => {
          if (machine.legacyLock === self) machine.legacyLock = undefined;
        },
      };
    },
    dumpNft: async (targets) => targets.map(() => undefined),
    listNftTables: async (namespaces) => namespaces.map(() => ({ exitCode: 0, stdout: '', stderr: '' })),
    hasLegacyTables: async (namespaces) => namespaces.map((namespace) => find(namespace)?.hasLegacyTables() === true),
    setHeaders: async (namespace) => terse(namespace),
    listSets: async (namespaces) => namespaces.map(terse),
    saveSets: async (sets) => sets.map(({ namespace, set }) => within(namespace, (found) => savedSet(found.sets, set))),
    restoreSets: async (namespace, script) => within(namespace, (found) => found.restoreSets(script)),
    listNft: async (targets, form) => targets.map((target) => listTables(target, form)),
    describeNft: async ({ namespace, family }, table) => {
      const found = find(namespace)?.table('nft', family, table);
      if (found === undefined) return { json: NO_TABLE, text: NO_TABLE };
      return { json: text(listingText([found], family, 'json')), text: text(handleText(found, family)) };
    },
    nftVersions: async () => 'iptables v1.8.9 (nf_tables), nftables v1.0.6',
    nftPrograms: async () => 'memory',
    removeEmptyTable: async ({ namespace, backend, family }, table) =>
      backend === 'nft' && find(namespace)?.removeEmptyTable(family, table) === true,
    scratch: async () => openScratch(machine.unnamed(), now),
  };
}

function text(stdout: string): Ran {
  return { exitCode: 0, stdout, stderr: '' };
}

const NO_TABLE: Ran = { exitCode: 1, stdout: '', stderr: 'Error: No such file or directory\n' };

function noNamespace(namespace: Namespace): Ran {
  const stderr = `nsenter: cannot open /run/netns/${namespaceLabel(namespace)}: No such file or directory\n`;
  return { exitCode: 1, stdout: '', stderr };
}

function lockedOut(): Ran {
  const stderr = 'Another app is currently holding the xtables lock. Stopped waiting after 10s.\n';
  return { exitCode: 4, stdout: '', stderr };
}

function openNamespaces(
  machine: MemoryMachine,
  held: Map<string, MemoryNamespace>,
  namespaces: readonly Namespace[],
): OpenNamespaces {
  const mine = new Map<string, MemoryNamespace>();
  for (const namespace of namespaces) {
    const found = namespace.kind === 'named' ? machine.find(namespace) : undefined;
    if (namespace.kind !== 'named' || found === undefined) continue;
    mine.set(namespace.name, found);
    held.set(namespace.name, found);
  }
  const found = namespaces.map((namespace) => {
    const one = namespace.kind === 'named' ? mine.get(namespace.name) : machine.host;
    return one === undefined ? undefined : { namespace, ...identityOf(one.cookie) };
  });
  return {
    identities: async () => found,
    close: () => {
      for (const [name, one] of mine) if (held.get(name) === one) held.delete(name);
      mine.clear();
    },
  };
}

/** In the forms of the kernel. */
function identityOf(number: string) {
  return { cookie: Number(number).toString(16).padStart(16, '0'), file: `4:${number}:0` };
}
