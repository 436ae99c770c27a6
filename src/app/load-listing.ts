import { FwError } from '../core/errors.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import { readRefusal } from '../core/normal/refusal.ts';
import { TABLES } from '../core/ruleset/builtin.ts';
import { printTable } from '../core/ruleset/print.ts';
import type { Ruleset } from '../core/ruleset/types.ts';
import { namedSets, printCreates } from '../core/sets/headers.ts';
import { digestRuleset } from '../core/truth/digest-ruleset.ts';
import type { ListForm, Listing } from '../core/truth/listing.ts';
import type { Kernel, Ran, Scratch } from '../ports.ts';
import { isDeadly, readListed } from './read-listed.ts';
import type { Said } from './said.ts';

export type Loaders = {
  /**
   * What nft lists once the saved text is loaded where nothing else is; undefined where nft dies of listing it in that form. Equal texts are loaded once
   * for each form.
   */
  load(said: Said, form: ListForm): Promise<Listing | undefined>;
  close(): Promise<void>;
};

type Lane = { readonly scratch: Promise<Scratch>; readonly sets: Set<string>; queue: Promise<unknown> };

/** Two at a time: the two families of one namespace. */
const LANES = 2;

/** Opens scratch namespaces when the first text is loaded. */
export function openLoaders(kernel: Kernel): Loaders {
  const lanes: Lane[] = [];
  const loads = new Map<string, Promise<Listing | undefined>>();
  let next = 0;
  const enqueue = (said: Said, form: ListForm): Promise<Listing | undefined> => {
    const lane = lanes[next % LANES] ?? { scratch: kernel.scratch(), sets: new Set(), queue: Promise.resolve() };
    lanes[next % LANES] = lane;
    next += 1;
    const listing = lane.queue.then(() => loadInto(kernel, lane, said, form));
    lane.queue = listing.catch(() => undefined);
    return listing;
  };
  return {
    load: (said, form) => {
      const key = digestRuleset(said.ruleset, form);
      const listing = loads.get(key) ?? enqueue(said, form);
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

async function loadInto(kernel: Kernel, lane: Lane, said: Said, form: ListForm): Promise<Listing | undefined> {
  const scratch = await lane.scratch;
  const text = printAll(said.ruleset);
  await createSets(kernel, scratch, lane.sets, said, text);
  const where = `${namespaceLabel(said.namespace)} ${said.family}`;
  check(
    `${where}: what iptables-save prints cannot be loaded again`,
    await scratch.restore('nft', said.family, text, { noflush: false }),
  );
  const listed = await scratch.listNft(said.family, form);
  if (form === 'words' && isDeadly(listed)) return undefined;
  check(`${where}: nft cannot list rules in a scratch namespace`, listed);
  return readListed(said, listed, form);
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
