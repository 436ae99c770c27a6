import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { compareListings } from '../../core/nft-listing/compare-listings.ts';
import { differenceKeys, tablesOfKeys } from '../../core/nft-listing/difference-keys.ts';
import { digestRuleset } from '../../core/nft-listing/digest-ruleset.ts';
import { digestListing, type Listing } from '../../core/nft-listing/listing.ts';
import { isPristine, TABLES } from '../../core/rules/builtin.ts';
import type { Snapshot, TableName } from '../../core/rules/types.ts';
import type { Kernel, ProvenStore, Ran, SaveRequest } from '../../ports/ports.ts';
import { readSave } from '../live/read-save.ts';
import { untruthful } from './explain-untrue-save.ts';
import type { HiddenTable } from './hidden-table.ts';
import type { Texts } from './load-bytes.ts';
import { type Loaded, type Loaders, openLoaders } from './load-listing.ts';
import { proveByBytes } from './prove-by-bytes.ts';
import { type Listed, listAsJson, listLive, readOrList } from './read-listed.ts';
import { setAsideUnloadable } from './set-aside-unloadable.ts';

/** A hidden table of a snapshot. */
type HiddenOf = { readonly snapshot: Snapshot; readonly hidden: HiddenTable };

export type Proofs = {
  readonly unproven: readonly Diagnostic[];
  readonly hidden: readonly HiddenOf[];
  /** A proof was left out that would have taken long. */
  readonly isLeftOut?: true;
};

export type ProofOptions = {
  /** Nothing is written by what is read: text that was not proven before is taken as it is where proving it means reading more than a few hundred rules anew. */
  readonly onlyReads?: boolean;
};

type Wanted = { readonly snapshot: Snapshot; readonly digest: string };

/** A few small snapshots are looked at even when their text was proven before; 300 rules take 10 ms. */
const ALWAYS_READ = { snapshots: 8, rules: 300 };
/** In place of the digest of a listing where bytes were the proof: no listing has it, so a later one is compared anew. */
const BY_BYTES = '0'.repeat(64);
/** Looks after which a difference is a mismatch: few where nothing moves, many where other programs change rules all the time. */
const STILL_LOOKS = 3;
const MOST_LOOKS = 16;

/** What was proven before, and is believed or used. */
export type Stores = {
  /** Texts that are believed, so that a plan proves little. Without it, as before an apply, everything is proven now, and a missing nft program is an error. */
  readonly proven?: ProvenStore;
  readonly chainBytes: ProvenStore;
  /** Texts whose bytes will be asked for soon. */
  readonly soon?: readonly Texts[];
};

/**
 * Proves that iptables-save shows the live tables as they are. Where the kernel holds, byte by byte, what iptables-restore makes of the text, nothing more is needed; else
 * the text, loaded in a scratch namespace, must give what `nft list` shows of the live tables. The legacy backend has nothing to prove: nft cannot write its tables.
 * Resolves to the hidden tables, with errors that name chain and native rule, and to warnings.
 */
export async function proveSnapshots(
  kernel: Kernel,
  snapshots: readonly Snapshot[],
  { proven, chainBytes, soon, onlyReads = false }: Stores & ProofOptions,
): Promise<Proofs> {
  const { provable: nft, unproven } = setAsideUnloadable(snapshots.filter(({ backend }) => backend === 'nft'));
  if (nft.length === 0) return { unproven, hidden: [] };
  const [known, programs] = await Promise.all([proven?.read() ?? new Map<string, string>(), kernel.nftPrograms()]);
  const isRead = isSmall(nft);
  const wanted = nft.map(
    (snapshot): Wanted => ({ snapshot, digest: digestRuleset(snapshot.ruleset, programs, snapshot.tables) }),
  );
  const toRead = isRead || proven === undefined ? wanted : wanted.filter(({ digest }) => !known.has(digest));
  if (toRead.length === 0) return { unproven, hidden: [] };
  if (onlyReads && toRead.some(({ snapshot, digest }) => !known.has(digest) && !isSmall([snapshot])))
    return { unproven, hidden: [], isLeftOut: true };
  const areProven = await proveByBytes(
    kernel,
    toRead.map(({ snapshot }) => snapshot),
    programs,
    chainBytes,
    soon,
  );
  const newly = new Map(
    toRead.flatMap(({ digest }, index) => (areProven[index] && !known.has(digest) ? [[digest, BY_BYTES]] : [])),
  );
  const toList = toRead.filter((_, index) => areProven[index] !== true);
  const listed = await proveByListing(kernel, toList, known, proven !== undefined);
  for (const [text, listing] of listed.newly) newly.set(text, listing);
  if (newly.size > 0) await proven?.add(newly);
  return { unproven: [...unproven, ...listed.unproven], hidden: listed.hidden };
}

async function proveByListing(
  kernel: Kernel,
  toList: readonly Wanted[],
  known: ReadonlyMap<string, string>,
  mayLackNft: boolean,
): Promise<Proofs & { readonly newly: ReadonlyMap<string, string> }> {
  if (toList.length === 0) return { unproven: [], hidden: [], newly: new Map() };
  const loaders = openLoaders(kernel);
  try {
    // Loading takes as long as listing: begin with both at once.
    const unknown = toList.filter(({ snapshot, digest }) => !known.has(digest) && !isUnused(snapshot));
    for (const { snapshot } of unknown) loaders.load(snapshot, 'words').catch(() => undefined);
    const listed = await kernel.listNft(
      toList.map(({ snapshot }) => snapshot),
      'words',
    );
    if (mayLackNft && listed.some(({ problem }) => problem === 'missing'))
      return { unproven: [cannotProve()], hidden: [], newly: new Map() };
    return { unproven: [], ...(await proveListed(kernel, loaders, toList, listed, known)) };
  } finally {
    await loaders.close();
  }
}

/** Resolves to what is proven now, once no proof is under way any more. */
async function proveListed(
  kernel: Kernel,
  loaders: Loaders,
  wanted: readonly Wanted[],
  listed: readonly Ran[],
  known: ReadonlyMap<string, string>,
): Promise<{ readonly newly: ReadonlyMap<string, string>; readonly hidden: readonly HiddenOf[] }> {
  const newly = new Map<string, string>();
  const hidden: HiddenOf[] = [];
  const settled = await Promise.allSettled(
    wanted.map(async ({ snapshot, digest }, index) => {
      const live = await readOrList(kernel, snapshot, listed[index]);
      const listing = digestListing(live.listing);
      if (known.get(digest) === listing) return;
      const isEmpty = isUnused(snapshot) && listing === digestListing(new Map());
      const found = isEmpty ? { hidden: [], isFirst: true } : await prove(kernel, loaders, snapshot, live);
      hidden.push(...found.hidden.map((one) => ({ snapshot, hidden: one })));
      if (found.isFirst) newly.set(digest, listing);
    }),
  );
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return { newly, hidden };
}

function isUnused(snapshot: Snapshot): boolean {
  return snapshot.ruleset.tables.every(isPristine);
}

function isSmall(snapshots: readonly Snapshot[]): boolean {
  let rules = 0;
  for (const { ruleset } of snapshots)
    for (const { chains } of ruleset.tables) for (const chain of chains) rules += chain.rules.length;
  return snapshots.length <= ALWAYS_READ.snapshots && rules <= ALWAYS_READ.rules;
}

/**
 * `isFirst` when the first listing belongs to the first text; false when rules changed meanwhile. Then it looks again until every difference was
 * gone once: a rule that is shown wrongly is so every time. Rules that come back to what they were between two looks are no sign that they did not move.
 */
async function prove(
  kernel: Kernel,
  loaders: Loaders,
  first: Snapshot,
  firstLive: Listed,
): Promise<{ readonly hidden: readonly HiddenTable[]; readonly isFirst: boolean }> {
  const tables = first.tables ?? TABLES;
  let snapshot = first;
  let live = firstLive;
  let isStill = true;
  let lasting: ReadonlySet<string> | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const found = await loadAlike(kernel, loaders, snapshot, live);
    const { loaded } = found;
    live = found.live;
    const keys = differenceKeys(live.listing, loaded.listing, tables);
    lasting = new Set([...(lasting ?? keys)].filter((key) => keys.has(key)));
    if (lasting.size === 0) return { hidden: [], isFirst: attempt === 1 };
    if (attempt === MOST_LOOKS || (isStill && attempt === STILL_LOOKS))
      return { hidden: hiddenOf(snapshot, live.listing, loaded, tablesOfKeys(lasting)), isFirst: false };
    const [before] = await kernel.genids([snapshot.namespace]);
    const [saved] = await Promise.all(kernel.save([saveOf(snapshot)]));
    const { ruleset } = await readSave(kernel, saveOf(snapshot), saved as Ran);
    const next = await listLive(kernel, snapshot);
    const [after] = await kernel.genids([snapshot.namespace]);
    // Where the genid tells, two looks without a commit between them show the same rules; elsewhere equal texts are the only sign of that.
    isStill &&=
      before !== undefined && after !== undefined
        ? before === after
        : digestRuleset(ruleset, '') === digestRuleset(snapshot.ruleset, '') &&
          digestListing(next.listing) === digestListing(live.listing);
    snapshot = {
      ...snapshot,
      ruleset: { ...ruleset, tables: ruleset.tables.filter(({ name }) => tables.includes(name)) },
    };
    live = next;
  }
}

function saveOf({ namespace, family, backend }: Snapshot): SaveRequest {
  return { namespace, family, backend };
}

/** One for each table that is not shown as it is; a table that cannot even be loaded again has the words of iptables. */
function hiddenOf(
  snapshot: Snapshot,
  live: Listing,
  { listing, refused }: Loaded,
  tables: readonly TableName[],
): readonly HiddenTable[] {
  return tables.map(
    (table): HiddenTable => ({
      family: snapshot.family,
      table,
      chains: [...(live.get(table)?.keys() ?? [])].flatMap((block) =>
        block.startsWith('chain ') ? [block.slice('chain '.length)] : [],
      ),
      error: refused.get(table) ?? untruthful(snapshot, compareListings(live, listing, [table])),
    }),
  );
}

/** What the saved text gives when it is loaded, and what is live, both listed in one form. */
async function loadAlike(
  kernel: Kernel,
  loaders: Loaders,
  snapshot: Snapshot,
  live: Listed,
): Promise<{ readonly live: Listed; readonly loaded: Loaded }> {
  const loaded = await loaders.load(snapshot, live.form);
  if (loaded !== undefined) return { live, loaded };
  const asJson = await listAsJson(kernel, snapshot);
  const again = await loaders.load(snapshot, 'json');
  if (again === undefined) throw new Error('nft never dies of JSON');
  return { live: asJson, loaded: again };
}

function cannotProve(): Diagnostic {
  return {
    severity: 'warning',
    code: 'env.missing-binary',
    message: 'nft is not installed, so nothing proves that iptables-save shows the live rules as they are',
    hint: 'Install nft (Debian: apt-get install nftables); apply needs it.',
  };
}
