import type { Kernel } from '../../ports.ts';
import { hasNetAdmin } from '../files/capabilities.ts';
import { readNetnsFolder } from '../files/netns-folder.ts';
import { backends } from './backends.ts';
import { isNamespaceName, NETNS_FOLDER } from './enter.ts';
import { hasLegacyTables } from './legacy-tables.ts';
import { describeNft, listNft, nftVersions } from './list-nft.ts';
import { removeEmptyTable } from './remove-empty-table.ts';
import { restore } from './restore.ts';
import { save } from './save.ts';
import { openScratch } from './scratch.ts';
import { setHeaders } from './sets.ts';

/** The packet filter of this machine, through its own programs. */
export function openKernel(): Kernel {
  return {
    isPrivileged: hasNetAdmin,
    backends,
    namespaces: async () => (await readNetnsFolder(NETNS_FOLDER)).filter(isNamespaceName),
    save,
    restore,
    hasLegacyTables,
    setHeaders,
    listNft,
    describeNft,
    nftVersions,
    removeEmptyTable,
    scratch: () => openScratch(hasNetAdmin()),
  };
}
