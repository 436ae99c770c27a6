import { createHash } from 'node:crypto';

/** The digest of a file in hex, as sha256sum prints it. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
