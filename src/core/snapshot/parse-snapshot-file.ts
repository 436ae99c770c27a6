import { unseal } from '../seal/unseal.ts';
import type { SnapshotFile } from './types.ts';

/** Reads a snapshot file; see `unseal` for what it throws. */
export function parseSnapshotFile(path: string, text: string): SnapshotFile {
  return unseal(path, text, 'snapshot') as unknown as SnapshotFile;
}
