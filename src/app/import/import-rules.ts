import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { checkChosen } from '../../core/import/choose-chains.ts';
import type { LiveSet } from '../../core/sets/ipset/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { checkEqual } from './check-equal.ts';
import { type Draft, draftState, type ImportOptions, type ImportSource } from './draft-state.ts';
import { findUnholdable, type LeftOut, warnUnholdable } from './left-out.ts';

type Imported = {
  readonly path: string;
  readonly rules: number;
  readonly sets: number;
  readonly keep: readonly string[];
  /** Options of sets that say how the kernel stores them; a state has no place for them. */
  readonly storage: readonly { readonly set: string; readonly options: readonly string[] }[];
};

/**
 * Writes state documents for rules that exist, one file a namespace, in exclusive ownership, with the sets that these rules name and list
 * files for those of many entries. Nothing is written unless the documents,
 * read back and brought into normal form, give exactly these rules and sets. A file that exists is never overwritten.
 *
 * A table with a rule that no state can hold is left out, with a warning that names the rule: it stays as it is, since no document declares the table. Where
 * nothing else is there, that rule is the error.
 */
export async function importRules(
  ports: Ports,
  live: readonly ImportSource[],
  options: ImportOptions,
): Promise<{ readonly files: readonly Imported[]; readonly warnings: readonly Diagnostic[] }> {
  const { preferred } = await ports.kernel.backends();
  checkChosen(live, options.chains ?? []);
  const draftAll = (leftOut: readonly LeftOut[]) =>
    inTurn(live, (source) => {
      const own = leftOut.filter(({ namespace }) => namespace === source.namespace);
      const leavesOut = (family: string, table: string) =>
        own.some((one) => one.family === family && one.table === table);
      return draftState(ports.kernel, source, preferred, { ...options, leavesOut });
    });
  const whole = await draftAll([]);
  if (whole.every(({ file }) => file === undefined)) throw nothing(whole);
  const failure = await failureOf(checkEqual(ports, whole, options.folder));
  if (failure === undefined) return write(ports, whole, [], options.folder);
  const leftOut = await findUnholdable(ports, live, { ...options, preferred });
  const drafts = leftOut.length === 0 ? [] : await draftAll(leftOut);
  if (drafts.every(({ file }) => file === undefined)) throw failure;
  await checkEqual(ports, drafts, options.folder);
  return write(ports, drafts, leftOut, options.folder);
}

async function write(
  ports: Ports,
  drafts: readonly Draft[],
  leftOut: readonly LeftOut[],
  folder: string,
): ReturnType<typeof importRules> {
  const files = drafts.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const lists = drafts.flatMap((one) => one.lists);
  await ports.documents.create(folder, [...lists, ...files]);
  const written = drafts.flatMap(({ file, rules, sets, keep }) =>
    file === undefined ? [] : [{ path: file.path, rules, sets: sets.length, keep, storage: storageOf(sets) }],
  );
  return { files: written, warnings: leftOut.map(warnUnholdable) };
}

/** What a state cannot hold; anything else that goes wrong is thrown on. */
async function failureOf(checked: Promise<void>): Promise<FwError | undefined> {
  try {
    await checked;
    return undefined;
  } catch (error) {
    if (error instanceof FwError && error.code === 'import.differs') return error;
    throw error;
  }
}

async function inTurn<In, Out>(all: readonly In[], make: (one: In) => Promise<Out>): Promise<readonly Out[]> {
  const made: Out[] = [];
  for (const one of all) made.push(await make(one));
  return made;
}

function storageOf(sets: readonly LiveSet[]): Imported['storage'] {
  return sets.flatMap(({ name, storage }) => (storage === undefined ? [] : [{ set: name, options: storage }]));
}

function nothing(drafts: readonly Draft[]): FwError {
  const [hidden] = drafts.flatMap(({ source }) => source.hidden ?? []);
  if (hidden !== undefined) return hidden.error;
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
