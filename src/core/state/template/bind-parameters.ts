import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import type { Parameter, Template } from '../as-written/template.ts';
import { type Budget, NO_VALUES, type Scope, type Value, type ValueItem } from '../as-written/value.ts';
import type { WrittenUse, WrittenValue } from '../as-written/written.ts';
import { isOfType, TYPE_WANTS } from '../schema/parameter-type.ts';
import { resolveItem } from '../values/resolve-item.ts';
import { quote } from '../yaml/quote.ts';

/**
 * What the names of a template's parameters stand for in one use. `scope` is that of the place of the use. Every mistake names the place
 * in the use and the parameter.
 */
export function bindParameters(
  use: WrittenUse,
  template: Template,
  scope: Scope,
  budget: Budget,
): { readonly scope: Scope; readonly diagnostics: readonly Diagnostic[] } {
  const bound = new Map<string, Value>();
  const diagnostics: Diagnostic[] = use.with
    .filter(({ name }) => template.parameters.every((parameter) => parameter.name !== name))
    .map((value) => unknownParameter(value, template));
  for (const parameter of template.parameters) {
    const given = use.with.find(({ name }) => name === parameter.name);
    const read = given === undefined ? undefined : readValue(given, parameter, scope, budget);
    diagnostics.push(...(read?.diagnostics ?? []));
    if (read?.value !== undefined) {
      bound.set(parameter.name, read.value);
      continue;
    }
    // What was checked with the template is not reported again here.
    const fallback =
      parameter.default === undefined ? undefined : readValue(parameter.default, parameter, NO_VALUES, budget);
    if (fallback === undefined && parameter.isRequired) diagnostics.push(missing(use, template, parameter));
    bound.set(parameter.name, fallback?.value ?? { isList: true, items: [], span: parameter.span });
  }
  return { scope: bound, diagnostics };
}

/** `value` is undefined for an empty list in place of one text: what was not given to the caller is not given on. */
export function readValue(
  written: WrittenValue,
  parameter: Parameter,
  scope: Scope,
  budget: Budget,
): { readonly value: Value | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const items: ValueItem[] = [];
  let isList = written.isList;
  let isBroken = false;
  for (const item of written.items) {
    const resolved = resolveItem(item, scope, budget);
    diagnostics.push(...resolved.diagnostics);
    isList ||= resolved.isList;
    isBroken ||= resolved.isBroken;
    for (const one of resolved.items) {
      if (isOfType(parameter.type, one.text)) items.push(one);
      else diagnostics.push(wrongType(written, item.span, one, parameter));
    }
  }
  const { span } = written;
  if (isBroken || diagnostics.length > 0)
    return { value: { isList: true, items: [], span, isBroken: true }, diagnostics };
  if (!isList || parameter.isList) return { value: { isList: parameter.isList, items, span }, diagnostics };
  if (items.length === 0 && !written.isList) return { value: undefined, diagnostics };
  return { value: { isList: true, items: [], span, isBroken: true }, diagnostics: [notOne(written, parameter)] };
}

function describe({ type, isList }: Parameter): string {
  return isList ? `list of ${type}` : type;
}

function wrongType(
  written: WrittenValue,
  span: WrittenValue['span'],
  item: ValueItem,
  parameter: Parameter,
): Diagnostic {
  const isElsewhere = item.span.file !== span.file || item.span.start !== span.start;
  return {
    severity: 'error',
    code: 'state.parameter',
    message: `${quote(item.text)} is no ${parameter.type}, which parameter \`${written.name}\` takes`,
    span,
    related: [
      ...(isElsewhere ? [{ message: 'the value', span: item.span }] : []),
      { message: `the parameter: ${describe(parameter)}`, span: parameter.span },
    ],
    hint: `Give ${TYPE_WANTS[parameter.type]}.`,
  };
}

function notOne(written: WrittenValue, parameter: Parameter): Diagnostic {
  return {
    severity: 'error',
    code: 'state.parameter',
    message: `Parameter \`${written.name}\` takes one ${parameter.type}, not a list`,
    span: written.items[0]?.span ?? written.span,
    related: [{ message: 'the parameter', span: parameter.span }],
    hint: 'Use the template once for each, or let the template declare a list.',
  };
}

function unknownParameter({ name, span }: WrittenValue, template: Template): Diagnostic {
  const names = template.parameters.map((parameter) => parameter.name);
  const near = nearest(name, names);
  const all = names.length === 0 ? 'It has none.' : `It has ${names.map((one) => `\`${one}\``).join(', ')}.`;
  return {
    severity: 'error',
    code: 'state.parameter',
    message: `Template ${quote(template.name)} has no parameter ${quote(name)}`,
    span,
    related: [{ message: 'the template', span: template.span }],
    hint: near === undefined ? all : `Did you mean \`${near}\`? ${all}`,
  };
}

function missing(use: WrittenUse, template: Template, parameter: Parameter): Diagnostic {
  return {
    severity: 'error',
    code: 'state.parameter',
    message: `Template ${quote(template.name)} needs parameter \`${parameter.name}\` (${describe(parameter)})`,
    span: use.template.span,
    related: [{ message: 'the parameter', span: parameter.span }],
    hint: `Write it under \`with\`: ${TYPE_WANTS[parameter.type]}.`,
  };
}
