import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';

const PATH = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');

/** The schema of OASIS as a package of Microsoft ships it; `id` is `$id` since draft 6, and that is all that ajv asks for. */
function readSchema(): object {
  const { id, $schema, ...schema } = JSON.parse(readFileSync(PATH, 'utf8')) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof $schema !== 'string') throw new Error('this is not the schema of SARIF');
  return { $id: id, ...schema };
}

const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false }).compile(
  readSchema(),
);

/** What is wrong with a SARIF log. */
export function sarifFaults(log: unknown): readonly string[] {
  if (validate(log) === true) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
