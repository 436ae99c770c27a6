import { FwError } from '../core/errors.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import { readRefusal } from '../core/normal/refusal.ts';
import { TABLES } from '../core/ruleset/builtin.ts';
import { printTable } from '../core/ruleset/print.ts';
import type { Ruleset } from '../core/ruleset/types.ts';
import { namedSets, printCreates } from '../core/sets/headers.ts';
import { digestRuleset } from '../core/truth/digest-ruleset.ts';
import { type Listing, parseListing } from '../core/truth/listing.ts';
import type { Kernel, Ran, Scratch } from '../ports.ts';
import type { Said } from './said.ts';

export type Loaders = {
  /** What nft lists once the saved text is loaded where nothing else is. Equal texts are loaded once. */
  load(said: Said): Promise<Listing>;
  close(): Promise<void>;
};

type Lane = { readonly scratch: Promise<Scratch>; readonly sets: Set<string>; queue: Promise<unknown> };

/** Two at a time: the two families of one namespace. */
const LANES = 2;

/** Opens scratch namespaces when the first text is loaded. */
export function openLoaders(kernel: Kernel): Loaders {
  const lanes: Lane[] = [];
  const loads = new Map<string, Promise<Listing>>();
  let next = 0;
  const enqueue = (said: Said): Promise<Listing> => {
    const lane = lanes[next % LANES] ?? { scratch: kernel.scratch(), sets: new Set(), queue: Promise.resolve() };
    lanes[next % LANES] = lane;
    next += 1;
    const listing = lane.queue.then(() => loadInto(kernel, lane, said));
    lane.queue = listing.catch(() => undefined);
    return listing;
  };
  return {
    load: (said) => {
      const key = digestRuleset(said.ruleset, '');
      const listing = loads.get(key) ?? enqueue(said);
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

async function loadInto(kernel: Kernel, lane: Lane, said: Said): Promise<Listing> {
  const scratch = await lane.scratch;
  const text = printAll(said.ruleset);
  await createSets(kernel, scratch, lane.sets, said, text);
  const where = `${namespaceLabel(said.namespace)} ${said.family}`;
  check(
    `${where}: what iptables-save prints cannot be loaded again`,
    await scratch.restore('nft', said.family, text, { noflush: false }),
  );
  const listed = await scratch.listNft(said.family);
  check(`${where}: nft cannot list rules in a scratch namespace`, listed);
  return parseListing(listed.stdout, said.family);
}

/** Names every table: one that is absent from the text is emptied of what an earlier load left in it. */
function printAll(ruleset: Ruleset): string {
  const absent = TABLES.filter((name) => ruleset.tables.every((table) => table.name !== name));
  const pristine = absent.map((name) => `*${name}\nCOMMIT\n`);
  return [...pristine, ...ruleset.tables.map((table) => printTable(table, { counters: false }))].join('');
}

/** A rule that names a set loads only where the set exists; `ipset restore` stops at the first that exists already. */
async function createSets(
  kernel: Kernel,
  scratch: Scratch,
  made: Set<string>,
  said: Said,
  text: string,
): Promise<void> {
  const missing = new Set([...namedSets([text])].filter((name) => !made.has(name)));
  if (missing.size === 0) return;
  for (const name of missing) made.add(name);
  const creates = printCreates((await kernel.setHeaders(said.namespace)).stdout, missing);
  if (creates !== '') await scratch.restoreSets(creates);
}

function check(what: string, ran: Ran): void {
  if (ran.exitCode === 0) return;
  if (ran.problem === 'missing') throw new FwError('env.missing-binary', what);
  if (ran.problem === 'timeout') throw new FwError('kernel.timeout', what);
  throw new FwError('live.untruthful', what, {
    said: readRefusal(ran.stderr).said,
    next: 'Find out which live rule that is, with iptables-save and nft list ruleset, and replace it.',
  });
}
