import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { FwError } from '../../core/diagnostics/errors.ts';
import { LIMITS } from '../../core/limits.ts';
import type { PlanFiles } from '../../ports/ports.ts';
import { forCallerIn } from '../host/sudo-caller.ts';
import { openStateTrust } from '../state-files/state-trust.ts';
import { replaceSynced } from '../store/write-synced.ts';
import { checkReplaceable } from './check-replaceable.ts';
import { openBounded } from './open-bounded.ts';

const LARGEST = LIMITS.planFile.most;

/**
 * Plan files where the user names them: mode 0600, replaced as a whole. A plan holds the text that iptables-restore gets, so root reads
 * none that others may write, see state-trust.ts.
 */
export function openPlanFiles(options: { readonly allowUntrusted: boolean }): PlanFiles {
  const readBytes = (path: string) => read(path, options);
  return { read: async (path) => (await readBytes(path)).toString('utf8'), readBytes, write };
}

async function read(path: string, options: { readonly allowUntrusted: boolean }): Promise<Buffer> {
  try {
    const file = await openBounded(openStateTrust(options).lookAt(path), LARGEST);
    try {
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof FwError) throw cause;
    throw new FwError('plan.unreadable', `cannot read the plan ${path}`, { output: (cause as Error).message, cause });
  }
}

async function write(path: string, text: string): Promise<void> {
  try {
    if (!existsSync(dirname(path))) throw new Error(`there is no folder ${dirname(path)}`);
    checkReplaceable(path);
    await replaceSynced(path, text, forCallerIn(dirname(path)));
  } catch (cause) {
    throw new FwError('plan.unwritable', `cannot write the plan ${path}`, { output: (cause as Error).message, cause });
  }
}
