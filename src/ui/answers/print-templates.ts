import type { TemplateDocument } from '../../core/templates/template-documents.ts';
import { cleanText } from '../text/clean-text.ts';

/** One line for each template. */
export function printTemplates(templates: readonly TemplateDocument[]): readonly string[] {
  return table(templates.map(({ name, description }) => [name, description ?? '']));
}

/** What a template is for, what a use gives it, and how a use is written. */
export function printTemplate({ name, description, path, used_in, parameters }: TemplateDocument): readonly string[] {
  const required = parameters.filter((one) => one.required);
  const indent = used_in === 'document' ? '  ' : '        ';
  const opening = used_in === 'document' ? ['use:'] : ['tables:', '  filter:', '    INPUT:'];
  return [
    cleanText(`${name}: ${description ?? 'no description'}`, true),
    cleanText(path, true),
    '',
    ...(parameters.length === 0 ? ['It takes no parameters.'] : table(parameters.map(parameterCells))),
    '',
    used_in === 'document' ? 'In a document:' : 'Among the rules of a chain:',
    '',
    ...opening.map((line) => `    ${line}`),
    `    ${indent}- template: ${name}`,
    ...(required.length === 0 ? [] : [`    ${indent}  with:`]),
    ...required.map((one) => `    ${indent}    ${one.name}: ${one.type.startsWith('list of ') ? '[...]' : '...'}`),
  ];
}

function parameterCells(one: TemplateDocument['parameters'][number]): readonly string[] {
  const fallback = Array.isArray(one.default) ? `[${one.default.join(', ')}]` : one.default;
  return [one.name, one.type, one.required ? 'required' : `default ${fallback ?? 'none'}`, one.description ?? ''];
}

/** Columns as wide as their longest cell; the last one is never cut. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => cleanText(cell, true)));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
