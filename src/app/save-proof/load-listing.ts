import { FwError } from '../../core/diagnostics/errors.ts';
import { digestRuleset } from '../../core/nft-listing/digest-ruleset.ts';
import type { ListForm, Listing } from '../../core/nft-listing/listing.ts';
import { readRefusal } from '../../core/normal-form/refusal.ts';
import { printTable } from '../../core/restore/print-table.ts';
import { TABLES } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ruleset, Snapshot, TableName } from '../../core/rules/types.ts';
import type { Kernel, Ran, Scratch } from '../../ports/ports.ts';
import { createSets } from './create-sets.ts';
import { isDeadly, readListed } from './read-listed.ts';

export type Loaded = {
  readonly listing: Listing;
  /** Tables whose saved text cannot be loaded, with the reason. They are empty in the listing. */
  readonly refused: ReadonlyMap<TableName, FwError>;
};

export type Loaders = {
  /**
   * What nft lists once the saved text is loaded where nothing else is; undefined where nft dies of listing it in that form. Equal texts are loaded once
   * for each form.
   */
  load(snapshot: Snapshot, form: ListForm): Promise<Loaded | undefined>;
  close(): Promise<void>;
};

type Lane = { readonly scratch: Promise<Scratch>; readonly sets: Set<string>; queue: Promise<unknown> };

/** Two at a time: the two families of one namespace. */
const LANES = 2;

/** Opens scratch namespaces when the first text is loaded. */
export function openLoaders(kernel: Kernel): Loaders {
  const lanes: Lane[] = [];
  const loads = new Map<string, Promise<Loaded | undefined>>();
  let next = 0;
  const enqueue = (snapshot: Snapshot, form: ListForm): Promise<Loaded | undefined> => {
    const lane = lanes[next % LANES] ?? { scratch: kernel.scratch(), sets: new Set(), queue: Promise.resolve() };
    lanes[next % LANES] = lane;
    next += 1;
    const listing = lane.queue.then(() => loadInto(kernel, lane, snapshot, form));
    lane.queue = listing.catch(() => undefined);
    return listing;
  };
  return {
    load: (snapshot, form) => {
      const key = digestRuleset(snapshot.ruleset, form);
      const listing = loads.get(key) ?? enqueue(snapshot, form);
      loads.set(key, listing);
      return listing;
    },
    close: async () => {
      await Promise.all(
        lanes.map(async (lane) => {
          await lane.queue;
          await (await lane.scratch).close();
        }),
      );
    },
  };
}

async function loadInto(kernel: Kernel, lane: Lane, snapshot: Snapshot, form: ListForm): Promise<Loaded | undefined> {
  const scratch = await lane.scratch;
  const text = printAll(snapshot.ruleset);
  await createSets(kernel, scratch, lane.sets, { namespace: snapshot.namespace, tables: snapshot.ruleset.tables });
  const where = `${namespaceLabel(snapshot.namespace)} ${snapshot.family}`;
  const ran = await scratch.restore('nft', snapshot.family, text, { noflush: false });
  const refused = ran.exitCode === 0 ? new Map<TableName, FwError>() : await loadApart(scratch, snapshot, ran);
  const listed = await scratch.listNft(snapshot.family, form);
  if (form === 'words' && isDeadly(listed)) return undefined;
  checkRan(`${where}: nft cannot list rules in a scratch namespace`, listed);
  return { listing: readListed(snapshot, listed, form), refused };
}

/** Each table by itself, since one that is refused keeps those behind it from being loaded. */
async function loadApart(scratch: Scratch, snapshot: Snapshot, whole: Ran): Promise<ReadonlyMap<TableName, FwError>> {
  const refused = new Map<TableName, FwError>();
  for (const name of TABLES) {
    const table = snapshot.ruleset.tables.find((one) => one.name === name);
    const text = table === undefined ? pristineText(name) : printTable(table, { counters: false });
    const ran = await scratch.restore('nft', snapshot.family, text, { noflush: false });
    if (ran.exitCode === 0) continue;
    if (ran.problem !== undefined) checkRan('loading live rules in a scratch namespace', ran);
    refused.set(name, cannotLoad(snapshot, name, ran));
    await scratch.restore('nft', snapshot.family, pristineText(name), { noflush: false });
  }
  if (refused.size === 0) checkRan('loading live rules in a scratch namespace', whole);
  return refused;
}

/** Names every table: one that is absent from the text is emptied of what an earlier load left in it. */
function printAll(ruleset: Ruleset): string {
  const absent = TABLES.filter((name) => ruleset.tables.every((table) => table.name !== name));
  const pristine = absent.map(pristineText);
  return [...pristine, ...ruleset.tables.map((table) => printTable(table, { counters: false }))].join('');
}

function pristineText(name: TableName): string {
  return `*${name}\nCOMMIT\n`;
}

function checkRan(what: string, ran: Ran): void {
  if (ran.exitCode === 0) return;
  if (ran.problem === 'missing') throw new FwError('env.missing-binary', what);
  const code = ran.problem === 'timeout' ? 'kernel.timeout' : 'live.unreadable';
  throw new FwError(code, what, { output: readRefusal(ran.stderr).output });
}

function cannotLoad(snapshot: Snapshot, table: TableName, ran: Ran): FwError {
  const where = `${namespaceLabel(snapshot.namespace)} ${snapshot.family}`;
  return new FwError(
    'live.untruthful',
    `${where}: what iptables-save prints of table ${table} cannot be loaded again`,
    {
      output: readRefusal(ran.stderr).output,
      next:
        'Find the rule with iptables-save and replace it, or install what it names: an extension of iptables that is missing here, ' +
        'or another version of it, reads like that.',
    },
  );
}
