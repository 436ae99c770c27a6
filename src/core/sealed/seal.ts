import { createHash } from 'node:crypto';
import { jsonText } from '../json-text.ts';

/** Text of a file that fw reads again: one line of JSON with its digest as the last key, so that `jq` reads it and a cut file is noticed. */
export function seal(content: object): string {
  return `${jsonText({ ...content, digest: digestOf(content) })}\n`;
}

/** sha256 over the JSON text of everything but the digest itself, in the order of its keys. */
export function digestOf(content: object): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}
