import { jsonSchemaOf } from '../src/core/state/json-schema.ts';
import { DOCUMENT } from '../src/core/state/schema.ts';
import { TEMPLATE } from '../src/core/state/schema/template-schema.ts';

/** schemas/state.schema.json, made from src/core/state/schema.ts. `npm run docs` writes it. */
export function printStateSchema(): string {
  return `${JSON.stringify(jsonSchemaOf(DOCUMENT, 'fw-state.schema.json'), null, 2)}\n`;
}

/** schemas/template.schema.json, made from src/core/state/schema/template-schema.ts. */
export function printTemplateSchema(): string {
  return `${JSON.stringify(jsonSchemaOf(TEMPLATE, 'fw-template.schema.json'), null, 2)}\n`;
}
