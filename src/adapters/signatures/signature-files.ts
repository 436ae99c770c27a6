import { stat } from 'node:fs/promises';
import { FwError } from '../../core/diagnostics/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import { openBounded } from '../documents/open-bounded.ts';
import { openStateTrust } from '../state-files/state-trust.ts';
import { replaceSynced } from '../store/write-synced.ts';

const LARGEST_SIGNATURE = LIMITS.signature.most;
const LARGEST_SIGNERS = LIMITS.signers.most;

/** A file that another program gets as one of its descriptors. */
export type OpenFile = { readonly fd: number; close(): Promise<void> };

/** Whether there is a signature beside a plan. */
export function isSigned(path: string): Promise<boolean> {
  return stat(`${path}.sig`).then(
    () => true,
    () => false,
  );
}

export function writeSignature(path: string, signature: string): Promise<void> {
  return replaceSynced(`${path}.sig`, signature);
}

export async function openSignature(path: string): Promise<OpenFile> {
  try {
    return await openBounded(`${path}.sig`, LARGEST_SIGNATURE);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new FwError('signature.missing', `${path} is not signed: there is no ${path}.sig`, { cause });
    throw new FwError('signature.unchecked', `${path}.sig cannot be read`, { output: message, cause });
  }
}

/** Who may sign. A user who may write this file decides who may sign, so `--allow-untrusted-state` does not cover it. */
export async function openSigners(path: string): Promise<OpenFile> {
  try {
    return await openBounded(openStateTrust({ allowUntrusted: false }).lookAt(path), LARGEST_SIGNERS);
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    throw new FwError('signature.unchecked', `the allowed signers ${path} cannot be read`, {
      output: (cause as Error).message,
      next: 'Name the file with --require-signature.',
      cause,
    });
  }
}
