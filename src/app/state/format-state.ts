import { FwError } from '../../core/diagnostics/errors.ts';
import type { Ports, StateFile } from '../../ports/ports.ts';

type Formatted = { readonly path: string; readonly before: string; readonly after: string };

/**
 * The YAML files of a state that are not in the one style, with what they would be. Throws `state.invalid` for a file that is not
 * YAML: it is named, and `fw validate` shows where it is wrong.
 */
export async function formatState(ports: Pick<Ports, 'stateFiles'>, path: string): Promise<readonly Formatted[]> {
  const files = (await ports.stateFiles.read(path)).filter((file) => /\.ya?ml$/.test(file.path));
  return formatFiles(files);
}

export async function formatFiles(files: readonly StateFile[]): Promise<readonly Formatted[]> {
  const { formatDocuments } = await import('../../core/state/document/format-documents.ts');
  const changed: Formatted[] = [];
  for (const { path, text } of files) {
    const after = formatDocuments(text);
    if (after === undefined)
      throw new FwError('state.invalid', `${path} cannot be formatted: it is not right YAML`, {
        next: 'See fw validate.',
      });
    if (after !== text) changed.push({ path, before: text, after });
  }
  return changed;
}
