import { FwError } from '../core/errors.ts';
import { foreignGlobs } from '../core/import/foreign-globs.ts';
import { importNamespace } from '../core/import/import-namespace.ts';
import { printDocument } from '../core/import/print-document.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import { matchesGlob } from '../core/ownership/matches-glob.ts';
import { assemble } from '../core/plan/assemble.ts';
import { stepLabel } from '../core/plan/step-label.ts';
import { type Backend, FAMILIES } from '../core/ruleset/types.ts';
import type { Ports, StateFile } from '../ports.ts';
import { loadDesired } from './load-desired.ts';
import { normalise } from './normalise.ts';
import type { Live } from './read-live.ts';

export type ImportOptions = {
  /** Folder that the documents are written to; it need not exist. */
  readonly folder: string;
  /** Chains of known owners become part of the state, instead of `keep:`. */
  readonly withForeign: boolean;
};

export type Imported = { readonly path: string; readonly rules: number; readonly keep: readonly string[] };

/**
 * Writes state documents for rules that exist, one file a namespace, in exclusive ownership. Nothing is written unless the documents,
 * read back and brought into normal form, give exactly these rules. A file that exists is never overwritten.
 */
export async function importRules(
  ports: Ports,
  live: readonly Live[],
  options: ImportOptions,
): Promise<readonly Imported[]> {
  const { preferred } = await ports.kernel.backends();
  const drafts = live.map((one) => draft(one, preferred, options));
  const files = drafts.flatMap(({ file }) => (file === undefined ? [] : [file]));
  if (files.length === 0) throw nothing(drafts);
  await checkEqual(ports, live, files, options.folder);
  await ports.documents.create(options.folder, files);
  return drafts.flatMap(({ file, rules, keep }) => (file === undefined ? [] : [{ path: file.path, rules, keep }]));
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

type Draft = { readonly file: StateFile | undefined; readonly rules: number; readonly keep: readonly string[] };

function draft({ namespace, backend, rulesets }: Live, preferred: Backend, options: ImportOptions): Draft {
  const keep = options.withForeign ? [] : foreignGlobs([rulesets.ipv4, rulesets.ipv6]);
  const imported = importNamespace(rulesets, (_, chain) => keep.some((glob) => matchesGlob(glob, chain)));
  const label = namespaceLabel(namespace);
  const head = { namespace: label, keep, ...(backend === preferred ? {} : { backend }) };
  const documents = [
    ...(imported.both.length === 0 ? [] : [printDocument({ ...head, tables: imported.both })]),
    ...FAMILIES.flatMap((family) =>
      imported[family].length === 0 ? [] : [printDocument({ ...head, family, tables: imported[family] })],
    ),
  ];
  const tables = [...imported.both, ...imported.ipv4, ...imported.ipv6];
  const rules = tables.reduce(
    (sum, { chains }) => sum + chains.reduce((count, chain) => count + chain.rules.length, 0),
    0,
  );
  if (documents.length === 0) return { file: undefined, rules, keep };
  return { file: { path: `${options.folder}/${label}.yaml`, text: documents.join('---\n') }, rules, keep };
}

/** Plans from the rules to the documents that were made of them: there must be nothing to do. */
async function checkEqual(
  ports: Ports,
  live: readonly Live[],
  files: readonly StateFile[],
  folder: string,
): Promise<void> {
  const existing = live.flatMap(({ namespace }) => (namespace.kind === 'named' ? [namespace.name] : []));
  const stateFiles = { read: async () => files, readList: async () => undefined };
  const { desired, sources } = await loadDesired({ stateFiles }, { path: folder, allowEmpty: false, existing });
  const byName = new Map(live.map((one) => [namespaceLabel(one.namespace), one]));
  const pairs = desired.namespaces.flatMap((namespace) => {
    const found = byName.get(namespaceLabel(namespace.namespace));
    return found === undefined ? [] : [{ desired: namespace, live: found }];
  });
  const claims = await normalise(ports.kernel, pairs, sources);
  const inputs = pairs.map(({ desired: { owners }, live: { namespace, backend, rulesets } }, index) => ({
    namespace,
    backend,
    owners,
    live: rulesets,
    claims: claims[index] ?? { ipv4: new Map(), ipv6: new Map() },
  }));
  const { plan } = assemble(inputs, { context: 0, originOf: () => '' });
  const [step] = plan.steps;
  if (step === undefined) return;
  throw new FwError('import.differs', `${stepLabel(step)}: the documents would not give these rules back`, {
    said: step.restore,
  });
}
