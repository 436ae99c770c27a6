import type { Parameter, Template } from '../state/as-written/template.ts';

type ParameterDocument = {
  readonly name: string;
  /** `cidr`, or `list of cidr`. */
  readonly type: string;
  readonly required: boolean;
  /** A text or a list of texts; null where there is none. */
  readonly default: string | readonly string[] | null;
  readonly description: string | null;
};

export type TemplateDocument = {
  readonly name: string;
  readonly description: string | null;
  /** The file: that of the state, of the folder `templates` beside it, or of fw. */
  readonly path: string;
  /** Where it is used: at the top of a document, or among the rules of a chain. */
  readonly used_in: 'document' | 'rules';
  readonly parameters: readonly ParameterDocument[];
};

/** A template as `fw template` tells it: what it is for and what a use gives it. */
export function templateDocument({ name, description, span, rules, parameters }: Template): TemplateDocument {
  return {
    name,
    description: description ?? null,
    path: span.file,
    used_in: rules === undefined ? 'document' : 'rules',
    parameters: parameters.map(parameterDocument),
  };
}

function parameterDocument(parameter: Parameter): ParameterDocument {
  const { name, type, isList, isRequired, description } = parameter;
  return {
    name,
    type: isList ? `list of ${type}` : type,
    required: isRequired,
    default: defaultOf(parameter),
    description: description ?? null,
  };
}

function defaultOf({ default: fallback }: Parameter): string | readonly string[] | null {
  if (fallback === undefined) return null;
  const texts = fallback.items.map(({ text }) => text);
  return fallback.isList ? texts : (texts[0] ?? '');
}
