import { hasErrors } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { nearest } from '../../core/diagnostics/nearest.ts';
import { parseTemplate } from '../../core/state/template/parse-template.ts';
import { type TemplateDocument, templateDocument } from '../../core/templates/template-documents.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { TemplateFiles } from '../../ports/ports.ts';

type FoundTemplate = { readonly about: TemplateDocument; readonly text: string };

/** Every template that a state at this path can use, its own and those that come with fw, by name. Throws `state.invalid` for a file that is none. */
export async function listTemplates(templates: TemplateFiles, state: string): Promise<readonly TemplateDocument[]> {
  const found: TemplateDocument[] = [];
  for (const name of await templates.names(state)) found.push((await findTemplate(templates, state, name)).about);
  return found;
}

/** The template that a state at this path means by a name. Throws `usage` where there is none. */
export async function findTemplate(templates: TemplateFiles, state: string, name: string): Promise<FoundTemplate> {
  const file = await templates.find(state, name);
  if (file === undefined) {
    const near = nearest(name, await templates.names(state));
    throw new FwError('usage', `there is no template ${name} for the state at ${state}`, {
      next:
        near === undefined
          ? 'fw template list shows all of them.'
          : `Did you mean fw template show ${shellWord(near)}?`,
    });
  }
  const { template, diagnostics } = parseTemplate(name, file);
  if (hasErrors(diagnostics)) {
    const sources = new Map([[file.path, file.text]]);
    throw new FwError('state.invalid', `the template ${name} cannot be used`, { diagnostics, sources });
  }
  return { about: templateDocument(template), text: file.text };
}
