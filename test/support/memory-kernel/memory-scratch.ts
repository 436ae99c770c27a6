import type { Scratch } from '../../../src/ports/ports.ts';
import type { MemoryNamespace } from './memory-namespace.ts';
import { listingText } from './nft-listing.ts';
import { savedSet } from './set-text.ts';

/** A namespace that no name leads to, as fw works with it. */
export function openScratch(namespace: MemoryNamespace, now: () => Date): Scratch {
  return {
    restore: async (backend, family, text, options) => namespace.restore(backend, family, text, options),
    save: async (backend, family) => namespace.save(backend, family, now()),
    restoreSets: async (text) => namespace.restoreSets(text, { isExist: true }),
    saveSet: async (set) => savedSet(namespace.sets, set),
    listNft: async (family, form) => ({
      exitCode: 0,
      stdout: listingText(namespace.tables('nft', family), family, form),
      stderr: '',
    }),
    dumpNft: async () => undefined,
    traceNft: async () => ({ exitCode: -1, stdout: '', stderr: 'no packets in memory', problem: 'missing' }),
    close: async () => {},
  };
}
