import { createHash } from 'node:crypto';
import { FwError } from '../diagnostics/errors.ts';
import { escapeControls } from '../text/json-text.ts';

const MAJOR = '1';

/** Text of a file that fw reads again: one line of JSON with its digest as the last key, so that `jq` reads it and a cut file is noticed. */
export function seal(content: object): string {
  const json = JSON.stringify(content);
  // As if the digest were one more key of the content, which may be some megabytes and is written out once.
  return `${escapeControls(`${json.slice(0, -1)},"digest":"${digestOfJson(json)}"}`)}\n`;
}

/** sha256 over the JSON text of everything but the digest itself, in the order of its keys. */
export function digestOf(content: object): string {
  return digestOfJson(JSON.stringify(content));
}

function digestOfJson(json: string): string {
  return `sha256:${createHash('sha256').update(json).digest('hex')}`;
}

/**
 * Reads a sealed file of one kind. Throws `plan.unreadable` for what is no such file, is of another major format, or was altered; never
 * with the content of the file, which may be anything.
 */
export function unseal(
  path: string,
  text: string,
  kind: 'plan' | 'snapshot' | 'receipt',
): Readonly<Record<string, unknown>> {
  const value = parseJson(path, text, kind);
  if (value.kind !== kind || typeof value.format_version !== 'string') throw unreadable(path, `it is no ${kind} of fw`);
  if (value.format_version.split('.')[0] !== MAJOR) {
    throw unreadable(path, `its format is ${value.format_version}, this fw reads ${MAJOR}.x`);
  }
  const { digest, ...content } = value;
  if (digest !== digestOf(content)) throw unreadable(path, 'it was altered or cut: its digest does not match');
  return value;
}

function parseJson(path: string, text: string, kind: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw unreadable(path, `it is no ${kind} of fw: not one JSON object`);
}

function unreadable(path: string, why: string): FwError {
  return new FwError('plan.unreadable', `${path} cannot be used: ${why}`);
}
