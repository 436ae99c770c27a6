import { createHash } from 'node:crypto';
import type { PlanFile } from './types.ts';

/** Text of a plan file: one line of JSON with its digest as the last key, so that `jq` reads it and a cut file is noticed. */
export function printPlanFile(content: Omit<PlanFile, 'digest'>): string {
  return `${JSON.stringify({ ...content, digest: digestOf(content) })}\n`;
}

/** sha256 over the JSON text of everything but the digest itself, in the order of its keys. */
export function digestOf(content: object): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
}
