import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ajv = new Ajv2020({ allErrors: true, strict: false });
const validators = new Map<string, ReturnType<typeof ajv.compile>>();

/** What is wrong with a value by a schema of schemas/, closed: a key that the schema does not name is wrong as well. */
export function faultsOf(name: string, value: unknown): readonly string[] {
  let validate = validators.get(name);
  if (validate === undefined) {
    const text = readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8');
    validate = ajv.compile(closed(JSON.parse(text)) as object);
    validators.set(name, validate);
  }
  if (validate(value) === true) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Readers ignore keys they do not know; here each has to be described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]));
  return 'properties' in parts && !('$id' in parts && 'anyOf' in parts) && !('additionalProperties' in parts)
    ? { ...parts, additionalProperties: false }
    : parts;
}

/** Every line of a stream, parsed and checked. */
export function readStream(text: string): readonly Readonly<Record<string, unknown>>[] {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const faults = lines.flatMap((line) => faultsOf('stream', line));
  if (faults.length > 0) throw new Error(`the stream is not as its schema says:\n${faults.join('\n')}`);
  return lines;
}
