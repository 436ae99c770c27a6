import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SCHEMAS = new URL('../../schemas/', import.meta.url).pathname;

type Node = { readonly [key: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Every key that a schema names, by its path of keys; `[]` is an item of a list, `*` any key. Alternatives and references are one place. */
export function schemaKeys(name: string): readonly string[] {
  const root: unknown = JSON.parse(readFileSync(join(SCHEMAS, name), 'utf8'));
  const keys = new Set<string>();
  const walk = (node: unknown, path: string, through: readonly string[]): void => {
    if (Array.isArray(node)) {
      for (const one of node) walk(one, path, through);
      return;
    }
    if (!isNode(node)) return;
    const { $ref, properties, items, prefixItems, additionalProperties, patternProperties } = node;
    if (typeof $ref === 'string' && !through.includes($ref)) walk(resolve(root, $ref), path, [...through, $ref]);
    for (const choice of ['anyOf', 'oneOf', 'allOf', 'if', 'then', 'else']) walk(node[choice], path, through);
    walk(items, `${path}[]`, through);
    walk(prefixItems, `${path}[]`, through);
    walk(additionalProperties, `${path}.*`, through);
    if (isNode(patternProperties)) walk(Object.values(patternProperties), `${path}.*`, through);
    if (!isNode(properties)) return;
    for (const [key, value] of Object.entries(properties)) {
      keys.add(`${path}.${key}`);
      walk(value, `${path}.${key}`, through);
    }
  };
  walk(root, '', []);
  return [...keys].sort();
}

function resolve(root: unknown, reference: string): unknown {
  let node = root;
  for (const key of reference.replace(/^#\/?/, '').split('/'))
    if (key !== '') node = isNode(node) ? node[key] : undefined;
  return node;
}

/** `SCHEMA KEY`, a line for each key of each schema. */
export function allSchemaKeys(): readonly string[] {
  const names = readdirSync(SCHEMAS).filter((name) => name.endsWith('.schema.json'));
  return names.sort().flatMap((name) => schemaKeys(name).map((key) => `${name.replace('.schema.json', '')} ${key}`));
}
