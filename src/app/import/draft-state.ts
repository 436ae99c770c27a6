import { chooseChains } from '../../core/import/choose-chains.ts';
import { foreignGlobs } from '../../core/import/foreign-globs.ts';
import { type ImportedFamilies, importNamespace } from '../../core/import/import-namespace.ts';
import { importSets, setsToImport } from '../../core/import/import-sets.ts';
import { printDocument } from '../../core/import/print-document.ts';
import { printSets } from '../../core/import/print-sets.ts';
import { matchesGlob } from '../../core/rules/matches-glob.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { type Backend, FAMILIES, type Family, type TableName } from '../../core/rules/types.ts';
import { allLines } from '../../core/sets/ipset/lines.ts';
import type { LiveSet } from '../../core/sets/ipset/types.ts';
import type { Kernel, StateFile } from '../../ports/ports.ts';
import type { Live } from '../live/read-live.ts';
import { readSets } from '../live/read-sets.ts';

/** Rules that exist, and the sets beside them; read from the kernel where they are not given. */
export type ImportSource = Live & { readonly sets?: readonly LiveSet[] };

export type ImportOptions = {
  /** Folder that the documents are written to; it need not exist. */
  readonly folder: string;
  /** Chains of known owners become part of the state, instead of `keep:`. */
  readonly withForeign: boolean;
  /** Names and globs of the chains that are imported; none for all. */
  readonly chains?: readonly string[];
};

export type DraftOptions = ImportOptions & { readonly leavesOut: (family: Family, table: TableName) => boolean };

export type Draft = {
  readonly source: Live;
  readonly file: StateFile | undefined;
  readonly lists: readonly StateFile[];
  readonly rules: number;
  readonly sets: readonly LiveSet[];
  readonly keep: readonly string[];
};

/** The documents of one namespace, and what they hold. */
export async function draftState(
  kernel: Kernel,
  source: ImportSource,
  preferred: Backend,
  options: DraftOptions,
): Promise<Draft> {
  const { namespace, backend } = source;
  const told = withoutTables(source, options.leavesOut);
  const foreign = options.withForeign ? [] : foreignGlobs([told.ipv4, told.ipv6]);
  const { rulesets, others } = chooseChains(told, options.chains, foreign);
  const keep = [...new Set([...foreign, ...others])].sort();
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

function withoutTables({ rulesets }: Live, leavesOut: DraftOptions['leavesOut']): Live['rulesets'] {
  const { ipv4, ipv6 } = rulesets;
  return {
    ipv4: { ...ipv4, tables: ipv4.tables.filter(({ name }) => !leavesOut('ipv4', name)) },
    ipv6: { ...ipv6, tables: ipv6.tables.filter(({ name }) => !leavesOut('ipv6', name)) },
  };
}
