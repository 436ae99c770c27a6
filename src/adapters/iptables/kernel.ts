import type { OddNamespace } from '../../core/desired/odd-namespace.ts';
import type { Namespace } from '../../core/rules/types.ts';
import type { Kernel } from '../../ports/ports.ts';
import { hasNetAdmin } from '../host/capabilities.ts';
import { listSets, restoreSets, saveSets, setHeaders } from '../ipset/sets.ts';
import { isNamespaceName, NETNS_FOLDER } from '../netns/enter.ts';
import { identify } from '../netns/identify.ts';
import { readNetnsFolder } from '../netns/network-namespaces.ts';
import { openPlaces } from '../netns/open-namespaces.ts';
import { openScratch } from '../netns/scratch.ts';
import { genids } from '../nft/genids.ts';
import { describeNft, listNft, nftVersions } from '../nft/list-nft.ts';
import { nftPrograms } from '../nft/nft-programs.ts';
import { backends } from './backends.ts';
import { openLegacyLock } from './legacy-lock.ts';
import { hasLegacyTables } from './legacy-tables.ts';
import { removeEmptyTable } from './remove-empty-table.ts';
import { save } from './save.ts';

/**
 * The packet filter of this machine, through its own programs. `runLock` tells the descriptors of the run's lock while it is held: programs
 * that write live rules get them, so no other run is at work before they are gone.
 */
export function openKernel(runLock: () => readonly number[]): Kernel {
  const legacyLock = openLegacyLock();
  const places = openPlaces();
  const placed = <At extends { readonly namespace: Namespace }>(at: At): At => ({
    ...at,
    namespace: places.of(at.namespace),
  });
  return {
    isPrivileged: hasNetAdmin,
    backends,
    namespaces: async () =>
      readNetnsFolder(NETNS_FOLDER).flatMap(({ name, isNamespace }) =>
        isNamespace && isNamespaceName(name) ? [name] : [],
      ),
    oddNamespaces: async () =>
      readNetnsFolder(NETNS_FOLDER).flatMap(({ name, isNamespace }): OddNamespace[] => {
        if (!isNamespace) return [{ name, why: 'no namespace' }];
        return isNamespaceName(name) ? [] : [{ name, why: 'name' }];
      }),
    openNamespaces: places.open,
    identify,
    save: (requests) => save(requests.map(placed)),
    restore: (target, text) => legacyLock.restore(placed(target), text, runLock()),
    holdLegacyLock: legacyLock.hold,
    genids: (namespaces, ready) => genids(namespaces.map(places.of), ready),
    hasLegacyTables: (namespaces) => hasLegacyTables(namespaces.map(places.of)),
    setHeaders: (namespace) => setHeaders(places.of(namespace)),
    listSets: (namespaces) => listSets(namespaces.map(places.of)),
    saveSets: (sets) => saveSets(sets.map(placed)),
    restoreSets: (namespace, text) => restoreSets(places.of(namespace), text, runLock()),
    listNft: (targets, form) => listNft(targets.map(placed), form),
    describeNft: (target, table) => describeNft(placed(target), table),
    nftVersions,
    nftPrograms,
    removeEmptyTable: (target, table) => removeEmptyTable(placed(target), table),
    scratch: () => openScratch(hasNetAdmin()),
  };
}
