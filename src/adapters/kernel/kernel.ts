import type { Kernel } from '../../ports.ts';
import { hasNetAdmin } from '../files/capabilities.ts';
import { readNetnsFolder } from '../files/netns-folder.ts';
import { backends } from './backends.ts';
import { isNamespaceName, NETNS_FOLDER } from './enter.ts';
import { genids } from './genids.ts';
import { openLegacyLock } from './legacy-lock.ts';
import { hasLegacyTables } from './legacy-tables.ts';
import { describeNft, listNft, nftVersions } from './list-nft.ts';
import { nftPrograms } from './nft-programs.ts';
import { removeEmptyTable } from './remove-empty-table.ts';
import { save } from './save.ts';
import { openScratch } from './scratch.ts';
import { listSets, restoreSets, saveSets, setHeaders } from './sets.ts';

/**
 * The packet filter of this machine, through its own programs. `runLock` tells the descriptors of the run's lock while it is held: programs
 * that write live rules get them, so nobody else is at work before they are gone.
 */
export function openKernel(runLock: () => readonly number[]): Kernel {
  const legacyLock = openLegacyLock();
  return {
    isPrivileged: hasNetAdmin,
    backends,
    namespaces: async () => (await readNetnsFolder(NETNS_FOLDER)).filter(isNamespaceName),
    save,
    restore: (target, text) => legacyLock.restore(target, text, runLock()),
    holdLegacyLock: legacyLock.hold,
    genids,
    hasLegacyTables,
    setHeaders,
    listSets,
    saveSets,
    restoreSets: (namespace, text) => restoreSets(namespace, text, runLock()),
    listNft,
    describeNft,
    nftVersions,
    nftPrograms,
    removeEmptyTable,
    scratch: () => openScratch(hasNetAdmin()),
  };
}
