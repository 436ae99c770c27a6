import { jsonSchemaOf } from '../src/core/state/json-schema.ts';
import { DOCUMENT } from '../src/core/state/schema.ts';

/** schemas/state.schema.json, made from src/core/state/schema.ts. `npm run docs` writes it. */
export function printStateSchema(): string {
  return `${JSON.stringify(jsonSchemaOf(DOCUMENT, 'fw-state.schema.json'), null, 2)}\n`;
}
