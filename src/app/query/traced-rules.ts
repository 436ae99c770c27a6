import type { BackendChoice } from '../../core/desired/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { blameRules } from '../../core/generation/blame.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import { nativeTables } from '../../core/nft-listing/native-tables.ts';
import { ownerOf } from '../../core/ownership/known-programs.ts';
import type { FactsOf } from '../../core/packets/trace/trace-document.ts';
import type { Firewall, KnownSet } from '../../core/packets/types/firewall.ts';
import { ruleTexts } from '../../core/rule-text/rule-texts.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Family, Namespace, Table } from '../../core/rules/types.ts';
import { namedSets } from '../../core/sets/headers.ts';
import { allLines } from '../../core/sets/ipset/lines.ts';
import { parseSavedSet } from '../../core/sets/ipset/parse-saved-set.ts';
import { firewallsOfPlan } from '../../core/traffic/firewalls-of-plan.ts';
import { originsOf } from '../../core/traffic/rule-origins.ts';
import type { Ports } from '../../ports/ports.ts';
import { readKept } from '../generations/kept-generations.ts';
import { checkMayRead, findNamespaces, readNamespaces } from '../import/read-for-import.ts';
import type { MadePlan } from '../plan/make-plan.ts';

/** The rules by which a packet is followed, and what is known of each of them. */
export type TracedRules = {
  readonly namespace: Namespace;
  readonly firewall: Firewall;
  readonly facts: FactsOf;
  readonly notes: readonly string[];
};

/** So many generations are looked through for the apply that brought a rule. */
const NEWEST = 20;

export async function liveRules(
  ports: Ports,
  { namespace: label, backend }: { readonly namespace: string; readonly backend: BackendChoice },
  family: Family,
): Promise<TracedRules> {
  checkMayRead(ports);
  const namespace = await oneNamespace(ports, label);
  // Side by side: each of the first two takes as long as all the rest.
  const [{ live: read, isLeftOut }, native, generations] = await Promise.all([
    readNamespaces(ports, [namespace], backend, { onlyReads: true }),
    nativeNotes(ports, namespace),
    newestGenerations(ports),
  ]);
  const [live] = read;
  if (live === undefined) throw new Error('a namespace that is asked for is read');
  const { alsoHeldBy } = live;
  const { tables } = live.rulesets[family];
  const firewall: Firewall = {
    family,
    backend: live.backend,
    tables,
    sets: await setsOf(ports, namespace, tables),
    settings: namespace.kind === 'host' ? ports.hostSettings() : {},
  };
  const both = `The ${alsoHeldBy} backend holds rules as well, and the packet meets them too: they are not followed.`;
  return {
    namespace,
    firewall,
    facts: liveFacts(tables, label, family, generations),
    notes: [...(alsoHeldBy === undefined ? [] : [both]), ...native, ...(isLeftOut === true ? [NOT_PROVEN] : [])],
  };
}

const NOT_PROVEN =
  'The rules are those that iptables-save shows; that they are all that is live was not proven, as it takes seconds for so many. A plan or an apply proves it.';

async function oneNamespace(ports: Ports, label: string): Promise<Namespace> {
  const [namespace, ...more] = await findNamespaces(ports, [label]);
  if (namespace !== undefined && more.length === 0) return namespace;
  const count = more.length + (namespace === undefined ? 0 : 1);
  throw new FwError('usage', `--namespace ${label} has to name one namespace, and it names ${count}`);
}

export async function desiredRules(ports: Ports, made: MadePlan, label: string, family: Family): Promise<TracedRules> {
  const live = made.live.find(({ namespace }) => namespaceLabel(namespace) === label);
  if (live === undefined) throw new FwError('usage', `the state says nothing of namespace ${label}`);
  const { namespace, backend, settings = {}, rulesets } = live;
  const pair = firewallsOfPlan(made.plan, made.live).find(
    (one) => one.family === family && namespaceLabel(one.namespace) === label,
  );
  if (pair !== undefined && 'unknown' in pair.sides) {
    throw new FwError('usage', `what ${label} becomes cannot be followed: ${pair.sides.unknown}`);
  }
  const { tables } = rulesets[family];
  const unchanged = async (): Promise<Firewall> => ({
    family,
    backend,
    tables,
    sets: made.isElsewhere === true ? [] : await setsOf(ports, namespace, tables),
    settings,
  });
  const firewall = pair !== undefined && 'after' in pair.sides ? pair.sides.after : await unchanged();
  const origins = originsOf(made.plan, label, family, createOrigin(createLocator(made.sources)));
  return {
    namespace,
    firewall,
    facts: (place) => ({ origin: origins(place), owner: ownerOf(place.chain) }),
    notes: pair?.supposing === undefined ? [] : ['The rules of the other backend are taken for gone.'],
  };
}

async function nativeNotes({ kernel }: Ports, namespace: Namespace): Promise<readonly string[]> {
  const [ran] = await kernel.listNftTables([namespace]);
  const tables = ran?.exitCode === 0 ? nativeTables(ran.stdout) : [];
  if (tables.length === 0) return [];
  return [`Not looked at: ${tables.map((table) => `table ${table}`).join(', ')}. The packet may meet rules there too.`];
}

/** Sets that rules name and that are there; members of lists too. */
async function setsOf(ports: Ports, namespace: Namespace, tables: readonly Table[]): Promise<readonly KnownSet[]> {
  const known = new Map<string, KnownSet>();
  for (let wanted = [...namedSets(ruleTexts(tables))]; wanted.length > 0; ) {
    const saved = await ports.kernel.saveSets(wanted.map((set) => ({ namespace, set })));
    const found = wanted.flatMap((set, index) => {
      const parsed = saved[index]?.exitCode === 0 ? parseSavedSet(set, saved[index]?.stdout ?? '', 0) : undefined;
      if (parsed === undefined) return [];
      const { header, entries, passing } = parsed;
      return [{ name: set, header, entries: [...allLines(entries), ...passing], changes: passing.length > 0 }];
    });
    for (const set of found) known.set(set.name, set);
    const members = found.filter(({ header }) => header.startsWith('list:')).flatMap(({ entries }) => entries);
    wanted = members.map((entry) => entry.split(' ')[0] ?? '').filter((name) => name !== '' && !known.has(name));
  }
  return [...known.values()];
}

/** What cannot be read is no reason to tell less of the packet. */
async function newestGenerations({ generations }: Ports): Promise<readonly NumberedGeneration[]> {
  try {
    const numbers = (await generations.numbers()).slice(-NEWEST);
    const read = await Promise.all(numbers.map((number) => readKept({ generations }, number)));
    return read.flatMap((one) => one ?? []);
  } catch {
    return [];
  }
}

function liveFacts(
  tables: readonly Table[],
  label: string,
  family: Family,
  generations: readonly NumberedGeneration[],
): FactsOf {
  const blamed = new Map<string, ReturnType<typeof blameRules>>();
  return ({ table, chain, number }) => {
    const found = tables.find(({ name }) => name === table)?.chains.find(({ name }) => name === chain);
    if (found === undefined) return {};
    if (number === undefined) return { counters: found.counters, owner: ownerOf(chain) };
    const key = `${table} ${chain}`;
    const place = { namespace: label, family, table, chain };
    const all =
      blamed.get(key) ??
      blameRules(
        place,
        found.rules.map(({ text }) => text),
        generations,
      );
    blamed.set(key, all);
    const since = all[number - 1]?.since;
    return {
      origin: since?.origin,
      generation: since?.generation,
      operator: since?.operator,
      owner: since === undefined ? ownerOf(chain) : 'fw',
      counters: found.rules[number - 1]?.counters,
    };
  };
}
