import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { OddNamespace } from '../../core/desired/odd-namespace.ts';
import { type Backend, type Namespace, NFT_FAMILY, type TableName } from '../../core/rules/types.ts';
import type { Backends, Kernel, Ran, SaveRequest } from '../../ports/ports.ts';
import { hasNetAdmin } from '../host/capabilities.ts';
import { listSets, restoreSets, saveSets, setHeaders } from '../ipset/sets.ts';
import { identify } from '../netns/identify.ts';
import { isOwnNamespace, readNetnsFolder } from '../netns/network-namespaces.ts';
import { openPlaces } from '../netns/open-namespaces.ts';
import { openScratch } from '../netns/scratch.ts';
import { dumpNft } from '../nft/dump-nft.ts';
import { genids } from '../nft/genids.ts';
import { describeNft, listNft, listNftTables, nftVersions } from '../nft/list-nft.ts';
import { nftPrograms } from '../nft/nft-programs.ts';
import { enter, isNamespaceName, NETNS_FOLDER, type PlacedNamespace, pathOf } from '../process/enter.ts';
import { run, searchPath } from '../process/exec.ts';
import { findProgram } from '../process/find-program.ts';
import { saveProgram } from '../process/programs.ts';
import { runEverywhere } from '../process/run-everywhere.ts';
import { openLegacyLock } from './legacy-lock.ts';
import { restore } from './restore.ts';

type Listed = {
  readonly nftables?: readonly Readonly<Record<string, { readonly name?: string; readonly hook?: string }>>[];
};

/** What a state calls the namespace in which fw runs. */
const HOST = 'host';

/** The kernel lists the legacy tables of the reader's own namespace here. */
const LISTS = ['/proc/net/ip_tables_names', '/proc/net/ip6_tables_names'] as const;

/** Every `iptables` that is a link to one of these is that backend; no program has to be started to know. */
const PROGRAMS: Readonly<Record<string, Backend>> = { 'xtables-nft-multi': 'nft', 'xtables-legacy-multi': 'legacy' };

/**
 * The packet filter of this machine, through its own programs. `runLock` tells the descriptors of the run's lock while it is held: programs
 * that write live rules get them, so no other run is at work before they are gone.
 */
export function openKernel(runLock: () => readonly number[]): Kernel {
  const legacyLock = openLegacyLock();
  const places = openPlaces();
  const placed = <At extends { readonly namespace: Namespace }>(at: At): At => ({
    ...at,
    namespace: places.of(at.namespace),
  });
  return {
    isPrivileged: hasNetAdmin,
    backends,
    namespaces: async () =>
      readNetnsFolder(NETNS_FOLDER).flatMap(({ name, isNamespace }) =>
        isNamespace && isNamespaceName(name) && name !== HOST ? [name] : [],
      ),
    oddNamespaces: async () =>
      readNetnsFolder(NETNS_FOLDER).flatMap(({ name, isNamespace }): OddNamespace[] => {
        if (!isNamespace) return [{ name, why: 'no namespace' }];
        if (name === HOST) return isOwnNamespace(`${NETNS_FOLDER}/${name}`) ? [] : [{ name, why: 'host' }];
        return isNamespaceName(name) ? [] : [{ name, why: 'name' }];
      }),
    openNamespaces: places.open,
    identify,
    save: (requests) => save(requests.map(placed)),
    restore: (target, text) => legacyLock.restore(placed(target), text, runLock()),
    holdLegacyLock: legacyLock.hold,
    genids: (namespaces, ready) => genids(namespaces.map(places.of), ready),
    hasLegacyTables: (namespaces) => hasLegacyTables(namespaces.map(places.of)),
    setHeaders: (namespace) => setHeaders(places.of(namespace)),
    listSets: (namespaces) => listSets(namespaces.map(places.of)),
    saveSets: (sets) => saveSets(sets.map(placed)),
    restoreSets: (namespace, text) => restoreSets(places.of(namespace), text, runLock()),
    listNft: (targets, form) => listNft(targets.map(placed), form),
    dumpNft: (targets) =>
      dumpNft(targets.map(placed).map(({ namespace, ...target }) => ({ ...target, path: dumpPath(namespace) }))),
    listNftTables: (namespaces) => listNftTables(namespaces.map(places.of)),
    describeNft: (target, table) => describeNft(placed(target), table),
    nftVersions,
    nftPrograms,
    removeEmptyTable: (target, table) => removeEmptyTable(placed(target), table),
    scratch: () => openScratch(hasNetAdmin()),
  };
}

function dumpPath(namespace: PlacedNamespace): string {
  return namespace.kind === 'host' ? '' : pathOf(namespace);
}

/** `iptables-save --counters` for every request, in the order of the requests, on all cores; each answers when its program has ended. */
function save(requests: readonly SaveRequest[]): readonly Promise<Ran>[] {
  return runEverywhere(
    requests.map(({ namespace, family, backend, table }) => ({
      namespace,
      words: [saveProgram(backend, family), '--counters', ...(table === undefined ? [] : ['--table', table])],
    })),
  );
}

/** Looks which backends are installed, and which one the plain name `iptables` means on this machine. */
async function backends(): Promise<Backends> {
  const available = (['nft', 'legacy'] as const).filter(isInstalled);
  const plain = await plainBackend();
  const [only] = available;
  return { available, preferred: available.includes(plain) || only === undefined ? plain : only };
}

function isInstalled(backend: Backend): boolean {
  return findProgram(saveProgram(backend, 'ipv4'), searchPath()) !== undefined;
}

async function plainBackend(): Promise<Backend> {
  const program = findProgram('iptables', searchPath());
  const backend = program === undefined ? 'legacy' : PROGRAMS[basename(program)];
  // `iptables v1.8.9 (nf_tables)` or `(legacy)`; versions before 1.8 know only the latter and say nothing.
  return backend ?? ((await run('iptables', ['--version'])).stdout.includes('nf_tables') ? 'nft' : 'legacy');
}

/**
 * Whether each namespace has a table of the legacy backend, of either family. Reading loads no module and makes no table.
 * A namespace that cannot be entered counts as having none: reading its rules reports it.
 */
async function hasLegacyTables(namespaces: readonly Namespace[]): Promise<readonly boolean[]> {
  const lists = legacyLists();
  if (lists.length === 0) return namespaces.map(() => false);
  const read = await Promise.all(
    runEverywhere(namespaces.map((namespace) => ({ namespace, words: ['cat', ...lists] }))),
  );
  return read.map(({ stdout }) => stdout.trim() !== '');
}

/** The lists that are there: only while the modules of the legacy backend are loaded, or where they are part of the kernel. */
function legacyLists(): readonly string[] {
  return LISTS.filter((list) => existsSync(list));
}

/**
 * nft only. Takes away the base chains of a table, which the kernel refuses while one of them holds a rule, and then the table
 * itself if nothing else is left in it. Resolves to false, with everything as it was, when the table is in use.
 * A legacy table cannot be removed: it stays, pristine, until its namespace goes.
 */
async function removeEmptyTable(target: SaveRequest, table: TableName): Promise<boolean> {
  if (target.backend === 'legacy') return false;
  const before = await listTable(target, table);
  if (before === undefined) return true;
  const bases = before.flatMap((object) => (object.chain?.hook === undefined ? [] : [object.chain.name ?? '']));
  if (before.some((object) => isContent(object) && object.chain?.hook === undefined)) return false;
  if (bases.length > 0) {
    const text = `*${table}\n${bases.map((chain) => `-X ${chain}\n`).join('')}COMMIT\n`;
    if ((await restore(target, text)).exitCode !== 0) return false;
  }
  const after = await listTable(target, table);
  if (after === undefined) return true;
  if (after.some(isContent)) return false;
  const [file, args] = enter(target.namespace, 'nft', ['delete', 'table', NFT_FAMILY[target.family], table]);
  return (await run(file, args)).exitCode === 0;
}

async function listTable(target: SaveRequest, table: TableName): Promise<Listed['nftables']> {
  const [file, args] = enter(target.namespace, 'nft', ['-j', 'list', 'table', NFT_FAMILY[target.family], table]);
  const ran = await run(file, args);
  return ran.exitCode === 0 ? (JSON.parse(ran.stdout) as Listed).nftables : undefined;
}

function isContent(object: Readonly<Record<string, unknown>>): boolean {
  return object.metainfo === undefined && object.table === undefined;
}
