import { isUse, type Template } from '../as-written/template.ts';
import type { StateDocument, WrittenItem } from '../as-written/written.ts';

/** Names of the templates that a document or a template uses itself, whether or not it uses them in the end. */
export function usedTemplates({
  uses,
  tables,
  rules = [],
}: Pick<StateDocument, 'uses' | 'tables'> & Pick<Template, 'rules'>): ReadonlySet<string> {
  const names = new Set(uses.map(({ template }) => template.value));
  const add = (items: readonly WrittenItem[]) => {
    for (const item of items) if (isUse(item)) names.add(item.template.value);
  };
  add(rules);
  for (const { chains } of tables) for (const chain of chains) add(chain.rules);
  return names;
}
