import type { Shape } from './schema/shape.ts';

type JsonSchema = { readonly [key: string]: unknown };

/** A JSON Schema (draft 2020-12) for editors, from the one description of the form. Scalars are text, however YAML would read them. */
export function jsonSchemaOf(shape: Shape, id: string): JsonSchema {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: id, ...schemaOf(shape) };
}

function schemaOf(shape: Shape): JsonSchema {
  switch (shape.kind) {
    case 'text':
      return textSchema(shape);
    case 'list':
      return { description: shape.about, type: 'array', items: schemaOf(shape.of) };
    case 'record':
      return {
        description: shape.about,
        type: 'object',
        properties: Object.fromEntries(Object.entries(shape.keys).map(([key, value]) => [key, schemaOf(value)])),
        ...(shape.required === undefined ? {} : { required: shape.required }),
        ...(shape.oneOf === undefined ? {} : { oneOf: Object.keys(shape.oneOf).map((key) => ({ required: [key] })) }),
        additionalProperties: false,
      };
    case 'map':
      return {
        description: shape.about,
        type: 'object',
        ...(shape.choices === undefined ? {} : { propertyNames: { enum: shape.choices } }),
        ...(shape.pattern === undefined ? {} : { propertyNames: { pattern: `^(?:${shape.pattern.source})$` } }),
        additionalProperties: schemaOf(shape.of),
      };
    case 'either':
      return { description: shape.about, anyOf: shape.of.map(schemaOf) };
    case 'unsupported':
      return { description: `${shape.about} Not supported by this version.`, not: {} };
    default:
      return shape satisfies never;
  }
}

function textSchema({ about, choices, pattern }: Extract<Shape, { kind: 'text' }>): JsonSchema {
  if (choices !== undefined) return { description: about, enum: choices };
  const form = pattern === undefined ? {} : { pattern: `^(?:${pattern.source})$` };
  // YAML reads `retries: 3` as a number; fw reads the text.
  return { description: about, type: ['string', 'number', 'boolean'], ...form };
}
