import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { isPristine } from '../../core/rules/builtin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { type Backend, FAMILIES, type Family, type Namespace, type TableName } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Live } from '../live/read-live.ts';
import { judgeHidden } from '../save-proof/hidden-table.ts';
import { checkEqual } from './check-equal.ts';
import { draftState, type ImportOptions, type ImportSource } from './draft-state.ts';

/** A table that is no part of the documents, since no state can hold one of its rules. */
export type LeftOut = {
  readonly namespace: Namespace;
  readonly family: Family;
  readonly table: TableName;
  readonly error: FwError;
};

/** The tables of which each alone cannot be imported. */
export async function findUnholdable(
  ports: Ports,
  live: readonly ImportSource[],
  options: ImportOptions & { readonly preferred: Backend },
): Promise<readonly LeftOut[]> {
  const found: LeftOut[] = [];
  for (const source of live) {
    for (const family of FAMILIES) {
      for (const table of source.rulesets[family].tables) {
        if (isPristine(table)) continue;
        const leavesOut = (one: Family, name: TableName) => one !== family || name !== table.name;
        const { namespace } = source;
        const error = await failureAlone(ports, source, { ...options, leavesOut });
        if (error !== undefined) found.push({ namespace, family, table: table.name, error });
      }
    }
  }
  return found;
}

async function failureAlone(
  ports: Ports,
  source: ImportSource,
  options: Parameters<typeof draftState>[3] & { readonly preferred: Backend },
): Promise<FwError | undefined> {
  const draft = await draftState(ports.kernel, source, options.preferred, options);
  if (draft.file === undefined) return undefined;
  try {
    await checkEqual(ports, [draft], options.folder);
    return undefined;
  } catch (error) {
    if (error instanceof FwError && error.code === 'import.differs') return error;
    throw error;
  }
}

export function warnUnholdable({ namespace, family, table, error }: LeftOut): Diagnostic {
  return {
    severity: 'warning',
    code: 'import.left-out',
    message: `${namespaceLabel(namespace)} ${family} ${table} is left out: ${error.message}. No document declares the table, so fw leaves it as it is`,
    ...(error.output === undefined ? {} : { output: error.output, outputOf: 'fw' }),
    hint: 'To have it in the state, change or delete the rule in the kernel, or in the files of --from, and import again.',
  };
}

/** A warning for each table that iptables-save does not show as it is: it is no part of the documents either. */
export function warnHidden(live: readonly Live[]): readonly Diagnostic[] {
  const labels = live.flatMap(({ namespace, hidden = [] }) =>
    hidden.map(({ family, table }) => `${namespaceLabel(namespace)} ${family} ${table}`),
  );
  return judgeHidden(live, () => false).map((warning, index) => ({
    ...warning,
    code: 'import.left-out',
    message: `${labels[index] ?? ''} is left out: iptables-save does not show this table as it is. No document declares it, so fw leaves it as it is`,
  }));
}
