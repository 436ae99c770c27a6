import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { nearest } from '../../core/diagnostics/nearest.ts';
import { type Budget, NO_VALUES, type Scope, type Value } from '../../core/state/as-written/value.ts';
import type { StateDocument, WrittenValue } from '../../core/state/as-written/written.ts';
import { parseVar, unusedVar } from '../../core/state/values/parse-var.ts';
import type { StateFile, StateFiles } from '../../ports/ports.ts';

/** Values from the command line: `name=text`, and paths of files. */
export type GivenValues = { readonly vars: readonly string[]; readonly files: readonly string[] };

/** What messages name where a file would stand. */
const COMMAND_LINE = '--var';

type LoadedValues = {
  /** Stand above the values of the documents: those of the command line above those of files, later files above earlier ones. */
  readonly overrides: Scope;
  readonly files: readonly StateFile[];
  readonly diagnostics: readonly Diagnostic[];
};

/** Throws `usage` for a text that is no value, and what `stateFiles` throws for a file. */
export async function loadValues(
  port: Pick<StateFiles, 'read'>,
  { vars, files: paths }: GivenValues,
  budget: Budget,
): Promise<LoadedValues> {
  if (vars.length + paths.length === 0) return { overrides: NO_VALUES, files: [], diagnostics: [] };
  const files: StateFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const written = new Map<string, WrittenValue>();
  for (const path of paths) {
    const [file, ...others] = await port.read(path).catch(noValueFile(path));
    if (file === undefined || others.length > 0 || !/\.ya?ml$/.test(file.path)) {
      throw new FwError('usage', `--var-file ${path} is not one YAML file`);
    }
    const { parseValueFile } = await import('../../core/state/values/parse-value-file.ts');
    const parsed = parseValueFile(file);
    files.push(file);
    diagnostics.push(...parsed.diagnostics);
    for (const value of parsed.values) written.set(value.name, value);
  }
  const given = new Map<string, Value>();
  if (vars.length > 0) files.push({ path: COMMAND_LINE, text: `${vars.join('\n')}\n` });
  let at = 0;
  for (const text of vars) {
    const parsed = parseVar(text, COMMAND_LINE, at);
    if ('problem' in parsed) throw new FwError('usage', `--var ${JSON.stringify(text)}: ${parsed.problem}`);
    given.set(parsed.name, parsed.value);
    at += text.length + 1;
  }
  const { resolveValues } = await import('../../core/state/values/resolve-values.ts');
  const resolved = resolveValues([...written.values()], given, budget);
  return { overrides: resolved.scope, files, diagnostics: [...diagnostics, ...resolved.diagnostics] };
}

/** A file of values is no state, and neither are the words for one that is missing. */
function noValueFile(path: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof FwError) || error.code !== 'state.missing') throw error;
    throw new FwError('state.missing', `there is no file of values at ${path}`, {
      next: 'Correct --var-file.',
      cause: error,
    });
  };
}

/**
 * Given names that no document defines and no state file refers to: an error on the command line, a warning in a file, which may serve
 * other states as well.
 */
export function findUnused(
  overrides: Scope,
  documents: readonly StateDocument[],
  files: readonly StateFile[],
): readonly Diagnostic[] {
  if (overrides.size === 0) return [];
  const defined = new Set(documents.flatMap(({ values }) => values.map(({ name }) => name)));
  return [...overrides].flatMap(([name, value]) => {
    const reference = new RegExp(`\\$(?:${name}(?![A-Za-z0-9_])|\\{${name}\\})`);
    if (defined.has(name) || files.some(({ text }) => reference.test(text))) return [];
    const severity = value.span.file === COMMAND_LINE ? 'error' : 'warning';
    return [unusedVar(name, value, nearest(name, defined), severity)];
  });
}
