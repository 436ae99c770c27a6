import { FwError } from '../../core/diagnostics/errors.ts';
import { foreignGlobs } from '../../core/import/foreign-globs.ts';
import { type ImportedFamilies, importNamespace } from '../../core/import/import-namespace.ts';
import { importSets, setsToImport } from '../../core/import/import-sets.ts';
import { printDocument } from '../../core/import/print-document.ts';
import { printSets } from '../../core/import/print-sets.ts';
import { assemble } from '../../core/plan/assemble.ts';
import { setSteps, tableSteps } from '../../core/plan/in-order.ts';
import { stepLabel } from '../../core/plan/progress.ts';
import { printStepEdits } from '../../core/plan/step-edits.ts';
import { matchesGlob } from '../../core/rules/matches-glob.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { type Backend, FAMILIES } from '../../core/rules/types.ts';
import { allLines } from '../../core/sets/ipset/lines.ts';
import type { LiveSet } from '../../core/sets/ipset/types.ts';
import type { Kernel, Ports, StateFile } from '../../ports/ports.ts';
import type { Live } from '../live/read-live.ts';
import { readSets } from '../live/read-sets.ts';
import { normalise } from '../normal-form/normalise.ts';
import { normaliseSets } from '../normal-form/normalise-sets.ts';
import { loadDesired } from '../state/load-desired.ts';
import { noStateForRules } from './no-state-for-rules.ts';

type ImportOptions = {
  /** Folder that the documents are written to; it need not exist. */
  readonly folder: string;
  /** Chains of known owners become part of the state, instead of `keep:`. */
  readonly withForeign: boolean;
};

type Imported = {
  readonly path: string;
  readonly rules: number;
  readonly sets: number;
  readonly keep: readonly string[];
  /** Options of sets that say how the kernel stores them; a state has no place for them. */
  readonly storage: readonly { readonly set: string; readonly options: readonly string[] }[];
};

/** Rules that exist, and the sets beside them; read from the kernel where they are not given. */
export type ImportSource = Live & { readonly sets?: readonly LiveSet[] };

/**
 * Writes state documents for rules that exist, one file a namespace, in exclusive ownership, with the sets that these rules name and list
 * files for those of many entries. Nothing is written unless the documents,
 * read back and brought into normal form, give exactly these rules and sets. A file that exists is never overwritten.
 */
export async function importRules(
  ports: Ports,
  live: readonly ImportSource[],
  options: ImportOptions,
): Promise<readonly Imported[]> {
  const { preferred } = await ports.kernel.backends();
  const drafts: Draft[] = [];
  for (const one of live) drafts.push(await draft(ports.kernel, one, preferred, options));
  const files = drafts.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const lists = drafts.flatMap((one) => one.lists);
  if (files.length === 0) throw nothing(drafts);
  await checkEqual(ports, drafts, files, lists, options.folder).catch((error: unknown) => {
    throw noStateForRules(error);
  });
  await ports.documents.create(options.folder, [...lists, ...files]);
  return drafts.flatMap(({ file, rules, sets, keep }) =>
    file === undefined ? [] : [{ path: file.path, rules, sets: sets.length, keep, storage: storageOf(sets) }],
  );
}

function storageOf(sets: readonly LiveSet[]): Imported['storage'] {
  return sets.flatMap(({ name, storage }) => (storage === undefined ? [] : [{ set: name, options: storage }]));
}

function nothing(drafts: readonly Draft[]): FwError {
  const others = [...new Set(drafts.flatMap(({ keep }) => keep))];
  if (others.length === 0) return new FwError('import.nothing', 'there are no rules to import');
  return new FwError(
    'import.nothing',
    `there are no rules to import but those of other programs (${others.join(', ')})`,
    {
      next: 'Leave them to their programs, or import them as well: --with-foreign.',
    },
  );
}

type Draft = {
  readonly source: Live;
  readonly file: StateFile | undefined;
  readonly lists: readonly StateFile[];
  readonly rules: number;
  readonly sets: readonly LiveSet[];
  readonly keep: readonly string[];
};

async function draft(kernel: Kernel, source: ImportSource, preferred: Backend, options: ImportOptions): Promise<Draft> {
  const { namespace, backend, rulesets } = source;
  const keep = options.withForeign ? [] : foreignGlobs([rulesets.ipv4, rulesets.ipv6]);
  const imported = importNamespace(rulesets, (_, chain) => keep.some((glob) => matchesGlob(glob, chain)));
  const label = namespaceLabel(namespace);
  const head = {
    namespace: label,
    keep,
    ...(backend === preferred && source.alsoHeldBy === undefined ? {} : { backend }),
  };
  const texts = rulesOf(imported);
  const found = await findSets(kernel, source, setsToImport(texts, options.withForeign));
  const declared = importSets(found, texts);
  const { lines, lists } = printSets(declared, label);
  const documents = [
    ...(imported.both.length === 0 && lines.length === 0
      ? []
      : [printDocument({ ...head, sets: lines, tables: imported.both })]),
    ...FAMILIES.flatMap((family) =>
      imported[family].length === 0 ? [] : [printDocument({ ...head, family, sets: [], tables: imported[family] })],
    ),
  ];
  const tables = [...imported.both, ...imported.ipv4, ...imported.ipv6];
  const rules = tables.reduce(
    (sum, { chains }) => sum + chains.reduce((count, chain) => count + chain.rules.length, 0),
    0,
  );
  const names = new Set(declared.map(({ name }) => name));
  const sets = found.filter(({ name }) => names.has(name));
  const base = { source, lists: lists.map((list) => placed(options.folder, list)), rules, sets, keep };
  if (documents.length === 0) return { ...base, file: undefined };
  return { ...base, file: placed(options.folder, { path: `${label}.yaml`, text: documents.join('---\n') }) };
}

function placed(folder: string, { path, text }: StateFile): StateFile {
  return { path: `${folder}/${path}`, text };
}

function rulesOf({ both, ipv4, ipv6 }: ImportedFamilies): readonly string[] {
  const chains = [...both, ...ipv4, ...ipv6].flatMap((table) => table.chains);
  return chains.flatMap((chain) => chain.rules.map(({ text }) => text));
}

/** The sets of these names, and those that lists among them hold. */
async function findSets(kernel: Kernel, source: ImportSource, names: readonly string[]): Promise<readonly LiveSet[]> {
  if (names.length === 0) return [];
  const read = async (wanted: readonly string[]): Promise<readonly LiveSet[]> => {
    if (source.sets !== undefined) return source.sets.filter(({ name }) => wanted.includes(name));
    if (wanted.length === 0) return [];
    const [found = []] = await readSets(kernel, [{ namespace: source.namespace, owners: [], declared: wanted }]);
    return found;
  };
  const found = await read(names);
  const members = found.filter(({ header }) => header.startsWith('list:')).flatMap(({ entries }) => allLines(entries));
  return [...found, ...(await read([...new Set(members)].filter((name) => !names.includes(name))))];
}

/** Plans from the rules to the documents that were made of them: there must be nothing to do. */
async function checkEqual(
  ports: Ports,
  drafts: readonly Draft[],
  files: readonly StateFile[],
  lists: readonly StateFile[],
  folder: string,
): Promise<void> {
  const live = drafts.map(({ source }) => source);
  const existing = live.flatMap(({ namespace }) => (namespace.kind === 'named' ? [namespace.name] : []));
  const stateFiles = {
    read: async () => files,
    readList: async (_: string, path: string) => lists.find((list) => list.path === path),
  };
  const { desired, sources } = await loadDesired({ stateFiles }, { path: folder, allowEmpty: false, existing });
  const byName = new Map(drafts.map((one) => [namespaceLabel(one.source.namespace), one]));
  const pairs = desired.namespaces.flatMap((namespace) => {
    const found = byName.get(namespaceLabel(namespace.namespace));
    return found === undefined ? [] : [{ desired: namespace, live: found.source, sets: found.sets }];
  });
  const claims = await normalise(ports.kernel, pairs, sources);
  const sets = await normaliseSets(
    ports.kernel,
    pairs.map((pair) => ({ desired: pair.desired.sets, live: pair.sets })),
    sources,
  );
  const inputs = pairs.map(({ desired: { owners }, live: { namespace, backend, rulesets } }, index) => ({
    namespace,
    backend,
    owners,
    live: rulesets,
    claims: claims[index] ?? [],
    sets: sets[index] ?? [],
  }));
  const { plan } = assemble(inputs, { context: 0, originOf: () => '' });
  const [step] = [...tableSteps(plan), ...setSteps(plan)];
  if (step === undefined) return;
  throw new FwError('import.differs', `${stepLabel(step)}: the documents would not give it back as it is`, {
    output: printStepEdits(step),
  });
}
