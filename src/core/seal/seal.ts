import { createHash } from 'node:crypto';
import { escapeControls } from '../text/json-text.ts';

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
