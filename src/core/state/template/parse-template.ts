import { type Diagnostic, hasErrors } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Parameter, Template } from '../as-written/template.ts';
import { fullBudget, NO_VALUES } from '../as-written/value.ts';
import { readRules, readTables } from '../document/read-tables.ts';
import { readTests } from '../document/read-tests.ts';
import { readUses } from '../document/read-use.ts';
import { checkShape } from '../schema/check-shape.ts';
import type { ParameterType } from '../schema/parameter-type.ts';
import { TEMPLATE } from '../schema/template-schema.ts';
import { entriesOf, find, readText, readValues, readWrittenValue } from '../values/read-node.ts';
import { parseYaml } from '../yaml/parse-yaml.ts';
import type { SourceFile, YamlEntry } from '../yaml/yaml-node.ts';
import { readValue } from './bind-parameters.ts';

/** A template file, checked as far as it can be without a use. */
export function parseTemplate(
  name: string,
  file: SourceFile,
): { readonly template: Template; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parseYaml(file);
  const span: Span = { file: file.path, start: 0, end: 0 };
  const [node, second] = parsed.documents;
  const entries = entriesOf(node);
  const parameters = entriesOf(find(entries, 'parameters')).map(readParameter);
  const rules = find(entries, 'rules');
  const tests = readTests(find(entries, 'tests'));
  const description = readText(find(entries, 'description'))?.value;
  const template: Omit<Template, 'isBroken'> = {
    name,
    span,
    ...(description === undefined ? {} : { description }),
    parameters: parameters.map((one) => one.parameter),
    values: readValues(find(entries, 'values')),
    uses: readUses(find(entries, 'use')),
    tables: readTables(find(entries, 'tables')),
    ...(rules === undefined ? {} : { rules: readRules(rules) }),
    tests: tests.items,
  };
  const shape = node === undefined ? [] : checkShape(node, TEMPLATE, '');
  const diagnostics = [
    ...parsed.diagnostics,
    ...shape,
    ...(hasErrors(shape)
      ? []
      : [
          ...tests.diagnostics,
          ...checkParts(entries),
          ...checkNames(template),
          ...parameters.flatMap((one) => one.diagnostics),
        ]),
    ...(second === undefined
      ? []
      : [error('A template file holds one document', second.span, 'Write a file for each template.')]),
    ...(node === undefined && parsed.diagnostics.length === 0
      ? [error('The template is empty', span, 'See docs/templates.md.')]
      : []),
  ];
  return { template: { ...template, isBroken: hasErrors(diagnostics) }, diagnostics };
}

function readParameter({ key, keySpan, value }: YamlEntry): {
  readonly parameter: Parameter;
  readonly diagnostics: readonly Diagnostic[];
} {
  const entries = entriesOf(value);
  const type = find(entries, 'type');
  const [word] = type?.kind === 'list' ? type.items : [type];
  const text = word?.kind === 'text' ? word.text : '';
  const fallback = entries.find((entry) => entry.key === 'default');
  const required = readText(find(entries, 'required'));
  const description = readText(find(entries, 'description'))?.value;
  const parameter: Parameter = {
    name: key,
    span: keySpan,
    type: text.replace(/^list of /, '') as ParameterType,
    isList: type?.kind === 'list' || text.startsWith('list of '),
    isRequired: required === undefined ? fallback === undefined : required.value === 'true',
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: { ...readWrittenValue(fallback), name: key } }),
  };
  const diagnostics =
    parameter.default === undefined ? [] : readValue(parameter.default, parameter, NO_VALUES, fullBudget()).diagnostics;
  const types = type?.kind === 'list' ? type.items.length : 1;
  return {
    parameter,
    diagnostics: [
      ...diagnostics,
      ...(types === 1 ? [] : [error('A list has one type', type?.span ?? keySpan, 'Write it as in `[cidr]`.')]),
      ...(fallback !== undefined && required?.value === 'true'
        ? [error('A parameter with a default is never required', required.span, 'Remove one of the two.')]
        : []),
    ],
  };
}

/** A template is for a document or for the rules of a chain. */
function checkParts(entries: readonly YamlEntry[]): readonly Diagnostic[] {
  const rules = entries.find(({ key }) => key === 'rules');
  const other = entries.find(({ key }) => key === 'tables' || key === 'use' || key === 'tests');
  if (rules === undefined || other === undefined) {
    if (rules !== undefined || other !== undefined) return [];
    const span = entries[0]?.keySpan;
    return span === undefined
      ? []
      : [error('The template has neither `tables`, `use` nor `rules`', span, 'Write what it makes.')];
  }
  const hint =
    'A template with `rules` is used among the rules of a chain, any other under the `use` of a document: write two.';
  return [error(`A template with \`rules\` cannot have \`${other.key}\` as well`, other.keySpan, hint)];
}

/** A parameter and a value of one name would hide each other. */
function checkNames({ parameters, values }: Omit<Template, 'isBroken'>): readonly Diagnostic[] {
  return values.flatMap((value) => {
    const parameter = parameters.find(({ name }) => name === value.name);
    if (parameter === undefined) return [];
    const problem = error(`\`${value.name}\` is a parameter already`, value.span, 'Give the value another name.');
    return [{ ...problem, related: [{ message: 'the parameter', span: parameter.span }] }];
  });
}

function error(message: string, span: Span, hint: string): Diagnostic {
  return { severity: 'error', code: 'state.template', message, span, hint };
}
