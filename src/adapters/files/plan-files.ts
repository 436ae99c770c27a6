import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { FwError } from '../../core/errors.ts';
import type { PlanFiles } from '../../ports.ts';
import { replaceSynced } from './write-synced.ts';

/** A plan of a million rules is some hundred megabytes; more is no plan. */
const LARGEST = 512 * 1024 * 1024;

/** Plan files where the user names them: mode 0600, replaced as a whole. */
export const planFiles: PlanFiles = {
  async read(path) {
    try {
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const { size } = await file.stat();
        if (size > LARGEST) throw new Error(`it has ${size} bytes, more than any plan`);
        return await file.readFile('utf8');
      } finally {
        await file.close();
      }
    } catch (cause) {
      throw new FwError('plan.unreadable', `cannot read the plan ${path}`, { said: (cause as Error).message, cause });
    }
  },
  async write(path, text) {
    try {
      await replaceSynced(path, text);
    } catch (cause) {
      throw new FwError('plan.unwritable', `cannot write the plan ${path}`, { said: (cause as Error).message, cause });
    }
  },
};
