import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { isPristine, TABLES } from '../../core/rules/builtin.ts';
import type { TableName } from '../../core/rules/types.ts';
import { compareListings } from '../../core/truth/compare-listings.ts';
import { differenceKeys, tablesOfKeys } from '../../core/truth/difference-keys.ts';
import { digestRuleset } from '../../core/truth/digest-ruleset.ts';
import { digestListing, type Listing } from '../../core/truth/listing.ts';
import type { Kernel, ProvenStore, Ran, SaveRequest } from '../../ports/ports.ts';
import { readSave } from '../live/read-save.ts';
import type { Untold } from './hidden-table.ts';
import { type Loaded, type Loaders, openLoaders } from './load-listing.ts';
import { type Listed, listAsJson, listLive, readOrList } from './read-listed.ts';
import { setAsideNeedy } from './set-aside-unloadable.ts';
import type { Said } from './snapshot.ts';
import { untruthful } from './untruthful.ts';

/** A hidden table of a snapshot. */
type UntoldOf = { readonly said: Said; readonly untold: Untold };

export type Proofs = { readonly doubts: readonly Diagnostic[]; readonly untold: readonly UntoldOf[] };

type Wanted = { readonly said: Said; readonly digest: string };

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
  snapshots: readonly Said[],
  proven?: ProvenStore,
): Promise<Proofs> {
  const { provable: nft, doubts } = setAsideNeedy(snapshots.filter(({ backend }) => backend === 'nft'));
  if (nft.length === 0) return { doubts, untold: [] };
  const isListed = isSmall(nft);
  const [known, programs, early] = await Promise.all([
    proven?.read() ?? new Map<string, string>(),
    proven === undefined ? '' : kernel.nftPrograms(),
    isListed ? kernel.listNft(nft, 'words') : undefined,
  ]);
  const wanted = nft.map((said): Wanted => ({ said, digest: digestRuleset(said.ruleset, programs, said.tables) }));
  const toList = isListed ? wanted : wanted.filter(({ digest }) => !known.has(digest));
  if (toList.length === 0) return { doubts, untold: [] };
  const loaders = openLoaders(kernel);
  try {
    // Loading takes as long as listing: begin with both at once.
    const unknown = toList.filter(({ said, digest }) => !known.has(digest) && !isUnused(said));
    for (const { said } of unknown) loaders.load(said, 'words').catch(() => undefined);
    const listed =
      early ??
      (await kernel.listNft(
        toList.map(({ said }) => said),
        'words',
      ));
    if (proven !== undefined && listed.some(({ problem }) => problem === 'missing')) {
      return { doubts: [...doubts, cannotProve()], untold: [] };
    }
    const { newly, untold } = await proveListed(kernel, loaders, toList, listed, known);
    if (newly.size > 0) await proven?.add(newly);
    return { doubts, untold };
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
): Promise<{ readonly newly: ReadonlyMap<string, string>; readonly untold: readonly UntoldOf[] }> {
  const newly = new Map<string, string>();
  const untold: UntoldOf[] = [];
  const settled = await Promise.allSettled(
    wanted.map(async ({ said, digest }, index) => {
      const live = await readOrList(kernel, said, listed[index]);
      const listing = digestListing(live.listing);
      if (known.get(digest) === listing) return;
      const isEmpty = isUnused(said) && listing === digestListing(new Map());
      const found = isEmpty ? { untold: [], isFirst: true } : await prove(kernel, loaders, said, live);
      untold.push(...found.untold.map((one) => ({ said, untold: one })));
      if (found.isFirst) newly.set(digest, listing);
    }),
  );
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return { newly, untold };
}

function isUnused(said: Said): boolean {
  return said.ruleset.tables.every(isPristine);
}

function isSmall(snapshots: readonly Said[]): boolean {
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
  first: Said,
  firstLive: Listed,
): Promise<{ readonly untold: readonly Untold[]; readonly isFirst: boolean }> {
  const tables = first.tables ?? TABLES;
  let said = first;
  let live = firstLive;
  let isStill = true;
  let lasting: ReadonlySet<string> | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const found = await loadAlike(kernel, loaders, said, live);
    const { loaded } = found;
    live = found.live;
    const keys = differenceKeys(live.listing, loaded.listing, tables);
    lasting = new Set([...(lasting ?? keys)].filter((key) => keys.has(key)));
    if (lasting.size === 0) return { untold: [], isFirst: attempt === 1 };
    if (attempt === MOST_LOOKS || (isStill && attempt === STILL_LOOKS))
      return { untold: untoldOf(said, live.listing, loaded, tablesOfKeys(lasting)), isFirst: false };
    const [before] = await kernel.genids([said.namespace]);
    const [saved] = await Promise.all(kernel.save([saveOf(said)]));
    const { ruleset } = await readSave(kernel, saveOf(said), saved as Ran);
    const next = await listLive(kernel, said);
    const [after] = await kernel.genids([said.namespace]);
    // Where the genid tells, two looks without a commit between them show the same rules; elsewhere equal texts are the only sign of that.
    isStill &&=
      before !== undefined && after !== undefined
        ? before === after
        : digestRuleset(ruleset, '') === digestRuleset(said.ruleset, '') &&
          digestListing(next.listing) === digestListing(live.listing);
    said = { ...said, ruleset: { ...ruleset, tables: ruleset.tables.filter(({ name }) => tables.includes(name)) } };
    live = next;
  }
}

function saveOf({ namespace, family, backend }: Said): SaveRequest {
  return { namespace, family, backend };
}

/** One for each table that is not shown as it is; a table that cannot even be loaded again has the words of iptables. */
function untoldOf(
  said: Said,
  live: Listing,
  { listing, refused }: Loaded,
  tables: readonly TableName[],
): readonly Untold[] {
  return tables.map(
    (table): Untold => ({
      family: said.family,
      table,
      chains: [...(live.get(table)?.keys() ?? [])].flatMap((block) =>
        block.startsWith('chain ') ? [block.slice('chain '.length)] : [],
      ),
      error: refused.get(table) ?? untruthful(said, compareListings(live, listing, [table])),
    }),
  );
}

/** What the saved text gives when it is loaded, and what is live, both listed in one form. */
async function loadAlike(
  kernel: Kernel,
  loaders: Loaders,
  said: Said,
  live: Listed,
): Promise<{ readonly live: Listed; readonly loaded: Loaded }> {
  const loaded = await loaders.load(said, live.form);
  if (loaded !== undefined) return { live, loaded };
  const asJson = await listAsJson(kernel, said);
  const again = await loaders.load(said, 'json');
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
