import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { FwError } from '../../core/errors.ts';
import type { PlanFiles } from '../../ports.ts';
import { openStateTrust } from './state-trust.ts';
import { replaceSynced } from './write-synced.ts';

/** Bytes: a plan of a million rules is some hundred megabytes; more is no plan. */
const LARGEST = 256 * 1024 * 1024;

/**
 * Plan files where the user names them: mode 0600, replaced as a whole. A plan holds the text that iptables-restore gets, so root reads
 * none that others may write, see state-trust.ts.
 */
export function openPlanFiles(options: { readonly allowUntrusted: boolean }): PlanFiles {
  return { read: (path) => read(path, options), write };
}

async function read(path: string, options: { readonly allowUntrusted: boolean }): Promise<string> {
  try {
    const file = await open(openStateTrust(options).lookAt(path), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile()) throw new Error('it is not an ordinary file');
      if (found.size > LARGEST) throw new Error(`it has ${found.size} bytes, more than any plan`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    throw new FwError('plan.unreadable', `cannot read the plan ${path}`, { said: (cause as Error).message, cause });
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await replaceSynced(path, text);
  } catch (cause) {
    throw new FwError('plan.unwritable', `cannot write the plan ${path}`, { said: (cause as Error).message, cause });
  }
}
