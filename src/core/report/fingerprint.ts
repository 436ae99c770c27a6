import { createHash } from 'node:crypto';

/** 32 hex digits that stay the same as long as every part does. */
export function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
