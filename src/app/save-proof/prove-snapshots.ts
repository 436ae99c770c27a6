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
import { type Loaded, type Loaders, openLoaders } from './load-listing.ts';
import { type Listed, listAsJson, listLive, readOrList } from './read-listed.ts';
import { setAsideUnloadable } from './set-aside-unloadable.ts';

/** A hidden table of a snapshot. */
type HiddenOf = { readonly snapshot: Snapshot; readonly hidden: HiddenTable };

export type Proofs = { readonly unproven: readonly Diagnostic[]; readonly hidden: readonly HiddenOf[] };

type Wanted = { readonly snapshot: Snapshot; readonly digest: string };

/** A few small snapshots are listed even when their text was proven before; listing 300 rules takes 10 ms. */
const ALWAYS_LISTED = { snapshots: 8, rules: 300 };
/** Looks after which a difference is a mismatch: few where nothing moves, many where other programs change rules all the time. */
const STILL_LOOKS = 3;
const MOST_LOOKS = 16;

/**
 * Proves that iptables-save shows the live tables as they are: its text, loaded in a scratch namespace, gives what `nft list` shows of the live tables.
 * With a store, text that was proven before is believed, so that a plan lists little; without one, as before an apply, everything is
 * proven now, and a missing nft program is an error. The legacy backend has nothing to prove: nft cannot write its tables.
 * Resolves to the hidden tables, with errors that name chain and native rule, and to warnings.
 */
export async function proveSnapshots(
  kernel: Kernel,
  snapshots: readonly Snapshot[],
  proven?: ProvenStore,
): Promise<Proofs> {
  const { provable: nft, unproven } = setAsideUnloadable(snapshots.filter(({ backend }) => backend === 'nft'));
  if (nft.length === 0) return { unproven, hidden: [] };
  const isListed = isSmall(nft);
  const [known, programs, early] = await Promise.all([
    proven?.read() ?? new Map<string, string>(),
    proven === undefined ? '' : kernel.nftPrograms(),
    isListed ? kernel.listNft(nft, 'words') : undefined,
  ]);
  const wanted = nft.map(
    (snapshot): Wanted => ({ snapshot, digest: digestRuleset(snapshot.ruleset, programs, snapshot.tables) }),
  );
  const toList = isListed ? wanted : wanted.filter(({ digest }) => !known.has(digest));
  if (toList.length === 0) return { unproven, hidden: [] };
  const loaders = openLoaders(kernel);
  try {
    // Loading takes as long as listing: begin with both at once.
    const unknown = toList.filter(({ snapshot, digest }) => !known.has(digest) && !isUnused(snapshot));
    for (const { snapshot } of unknown) loaders.load(snapshot, 'words').catch(() => undefined);
    const listed =
      early ??
      (await kernel.listNft(
        toList.map(({ snapshot }) => snapshot),
        'words',
      ));
    if (proven !== undefined && listed.some(({ problem }) => problem === 'missing')) {
      return { unproven: [...unproven, cannotProve()], hidden: [] };
    }
    const { newly, hidden } = await proveListed(kernel, loaders, toList, listed, known);
    if (newly.size > 0) await proven?.add(newly);
    return { unproven, hidden };
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
  return snapshots.length <= ALWAYS_LISTED.snapshots && rules <= ALWAYS_LISTED.rules;
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
