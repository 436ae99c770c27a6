import type { Namespace } from '../../core/ruleset/types.ts';
import type { Ran } from '../../ports.ts';
import { enter } from './enter.ts';
import { run } from './exec.ts';

/** `ipset list -terse`: name, type and options of every set of a namespace, no entries. A machine without ipset has no sets. */
export async function setHeaders(namespace: Namespace): Promise<Ran> {
  const [file, args] = enter(namespace, 'ipset', ['list', '-terse']);
  const ran = await run(file, args);
  const missing = ran.problem === 'missing' || ran.stderr.includes('failed to execute');
  return missing ? { exitCode: 0, stdout: '', stderr: '' } : ran;
}
