import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import { isTemplateName, type Template } from '../as-written/template.ts';
import type { WrittenUse } from '../as-written/written.ts';
import { type Expanding, isWanted, type Place, spanAt } from '../values/expanding.ts';
import { resolveValues } from '../values/resolve-values.ts';
import { quote } from '../yaml/quote.ts';
import { bindParameters } from './bind-parameters.ts';

const DEEPEST = LIMITS.templateDepth.most;

/**
 * The template that is used in a place, and the place that its parts are in: its parameters bound, its values resolved. `wants` is what
 * the place takes. Undefined when it is not used there, or not rightly.
 */
export function enterTemplate(
  expanding: Expanding,
  use: WrittenUse,
  place: Place,
  wants: 'tables' | 'rules',
): { readonly template: Template; readonly place: Place } | undefined {
  const { budget, templates } = expanding.library;
  // A name in a wrong form is reported already.
  if (!isTemplateName(use.template.value) || !isWanted(expanding, use.when, place)) return undefined;
  const here: WrittenUse = {
    ...use,
    template: { ...use.template, span: spanAt(use.template.span, place) },
    with: use.with.map((value) => ({
      ...value,
      span: spanAt(value.span, place),
      items: value.items.map((item) => ({ ...item, span: spanAt(item.span, place) })),
    })),
  };
  const { value: name, span } = here.template;
  const template = templates.found.get(name);
  const problem =
    template === undefined ? unknownTemplate(name, span, templates.names) : findFault(template, span, place, wants);
  if (problem !== undefined) expanding.diagnostics.push(problem);
  if (template === undefined || problem !== undefined || template.isBroken) return undefined;
  const bound = bindParameters(here, template, place.scope, budget);
  const resolved = resolveValues(template.values, bound.scope, budget);
  expanding.diagnostics.push(...bound.diagnostics, ...resolved.diagnostics);
  // What is made with wrong parameters would be wrong in ways that the author need not read.
  if (bound.diagnostics.length > 0) return undefined;
  const calls = [use.template.span, ...place.calls];
  return { template, place: { scope: resolved.scope, calls, open: [...place.open, name] } };
}

function findFault(template: Template, span: Span, place: Place, wants: 'tables' | 'rules'): Diagnostic | undefined {
  if (template.isBroken) return undefined;
  const error = { severity: 'error', code: 'state.template', span } as const;
  const related = [{ message: 'the template', span: template.span }];
  if (place.open.includes(template.name)) {
    const circle = [...place.open.slice(place.open.indexOf(template.name)), template.name].map(quote).join(' -> ');
    return { ...error, message: `Templates use each other in a circle: ${circle}`, hint: 'Take one of the uses out.' };
  }
  if (place.open.length >= DEEPEST)
    return {
      ...error,
      message: `Uses of templates are more than ${DEEPEST} deep`,
      hint: 'Use the innermost one directly.',
    };
  const makesRules = template.rules !== undefined;
  if (makesRules === (wants === 'rules')) return undefined;
  return makesRules
    ? {
        ...error,
        message: `Template ${quote(template.name)} is for the rules of a chain`,
        related,
        hint: `Write \`- use: ${template.name}\` among the rules of a chain.`,
      }
    : {
        ...error,
        message: `Template ${quote(template.name)} is for a document, not for the rules of a chain`,
        related,
        hint: `Write \`- template: ${template.name}\` under \`use:\` at the top of the document.`,
      };
}

function unknownTemplate(name: string, span: Span, names: readonly string[]): Diagnostic {
  const near = nearest(name, names);
  const all = names.length === 0 ? '' : ` All there are: ${names.map((one) => `\`${one}\``).join(', ')}.`;
  return {
    severity: 'error',
    code: 'state.unknown-template',
    message: `There is no template named ${quote(name)}`,
    span,
    hint:
      near === undefined
        ? `Write it as ${name}.yaml in the folder _templates of the state or in templates/ next to it.${all}`
        : `Did you mean \`${near}\`?${all}`,
  };
}
