import { FwError } from '../../core/diagnostics/errors.ts';
import { parseJsonListing } from '../../core/nft-listing/json-listing.ts';
import { type ListForm, type Listing, parseListing } from '../../core/nft-listing/listing.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Snapshot } from '../../core/rules/types.ts';
import type { Kernel, Ran } from '../../ports/ports.ts';

/** Live rules as nft lists them. Two listings are compared in one form only. */
export type Listed = { readonly form: ListForm; readonly listing: Listing };

/** The live rules now, in words; as JSON where nft dies of the words. */
export async function listLive(kernel: Kernel, snapshot: Snapshot): Promise<Listed> {
  const [ran] = await kernel.listNft([snapshot], 'words');
  return readOrList(kernel, snapshot, ran);
}

/** What a program that listed the rules in words printed; it is asked again, for JSON, where it died. */
export async function readOrList(kernel: Kernel, snapshot: Snapshot, ran: Ran | undefined): Promise<Listed> {
  if (ran === undefined || !isDeadly(ran)) return { form: 'words', listing: readListed(snapshot, ran, 'words') };
  return listAsJson(kernel, snapshot);
}

/** The live rules now, as JSON. */
export async function listAsJson(kernel: Kernel, snapshot: Snapshot): Promise<Listed> {
  const [ran] = await kernel.listNft([snapshot], 'json');
  return { form: 'json', listing: readListed(snapshot, ran, 'json') };
}

/** Whether a rule was the death of nft, and not we, nor the time. */
export function isDeadly({ problem }: Ran): boolean {
  return problem === 'killed';
}

/** Throws where nft could not list what is there. */
export function readListed(snapshot: Snapshot, ran: Ran | undefined, form: ListForm): Listing {
  if (ran?.exitCode === 0) {
    const listing =
      form === 'json' ? parseJsonListing(ran.stdout, snapshot.family) : parseListing(ran.stdout, snapshot.family);
    if (listing !== undefined) return listing;
  }
  const where = `${namespaceLabel(snapshot.namespace)} ${snapshot.family}`;
  if (ran?.problem === 'missing') {
    throw new FwError(
      'env.missing-binary',
      `${where}: without the nft program nothing proves that iptables-save tells the truth`,
      {
        next: 'Install nft (Debian: apt-get install nftables).',
      },
    );
  }
  const code = ran?.problem === 'timeout' ? 'kernel.timeout' : 'live.unreadable';
  throw new FwError(code, `${where}: nft cannot list the live rules`, { output: ran?.stderr.trim() ?? '' });
}
