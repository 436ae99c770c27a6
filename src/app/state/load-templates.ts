import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { LIMITS } from '../../core/limits.ts';
import type { Template, Templates } from '../../core/state/as-written/template.ts';
import type { StateDocument } from '../../core/state/as-written/written.ts';
import { usedTemplates } from '../../core/state/template/used-templates.ts';
import type { StateFile, TemplateFiles } from '../../ports/ports.ts';

const MOST_TEMPLATES = LIMITS.templates.most;

/** Every template that the documents use, and those that these use in turn. What is not found is left out. */
export async function loadTemplates(
  port: TemplateFiles | undefined,
  state: string,
  documents: readonly StateDocument[],
): Promise<{
  readonly templates: Templates;
  readonly files: readonly StateFile[];
  readonly diagnostics: readonly Diagnostic[];
}> {
  const found = new Map<string, Template>();
  const files: StateFile[] = [];
  const diagnostics: Diagnostic[] = [];
  const asked = new Set(documents.flatMap((document) => [...usedTemplates(document)]));
  if (asked.size === 0 || port === undefined) return { templates: { found, names: [] }, files, diagnostics };
  const { parseTemplate } = await import('../../core/state/template/parse-template.ts');
  // A set is gone through in the order of insertion, with what is added on the way.
  for (const name of asked) {
    const file = found.size < MOST_TEMPLATES ? await port.find(state, name) : undefined;
    if (file === undefined) continue;
    const parsed = parseTemplate(name, file);
    found.set(name, parsed.template);
    files.push(file);
    diagnostics.push(...parsed.diagnostics);
    for (const other of usedTemplates(parsed.template)) asked.add(other);
  }
  const names = asked.size === found.size ? [] : await port.names(state);
  return { templates: { found, names }, files, diagnostics };
}
