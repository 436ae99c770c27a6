import { fileURLToPath } from 'node:url';
import { KEPT_GENERATIONS } from '../core/generation/expired.ts';
import { LIMITS } from '../core/limits.ts';
import { inFolder } from '../ui/text/in-folder.ts';
import { wire, wireBaselines, wireFullPath, wireHost, wireOperator, wireWithin } from '../wire/wire.ts';
import { checkSeconds, checkText } from './check-options.ts';
import { makeFirewall } from './firewall.ts';
import { toFirewallError } from './firewall-error.ts';
import type { Firewall, FirewallOptions } from './types.ts';

export { FirewallError } from './firewall-error.ts';
export type * from './types.ts';

/** Put in by the build. */
declare const FW_VERSION: string;

/**
 * The firewall of a data folder. Opening it reads and makes nothing. Relative paths, here and in calls, are seen from the working folder of this process, the
 * data folder's from the one of now. Throws a FirewallError with the code `usage` for options that cannot be.
 */
export function openFirewall(options: FirewallOptions): Firewall {
  try {
    return open(options);
  } catch (error) {
    throw toFirewallError(error, false, '');
  }
}

function open(options: FirewallOptions): Firewall {
  const dataDir = wireFullPath(checkText('dataDir', options.dataDir));
  const seconds = checkSeconds('timeoutSeconds', options.timeoutSeconds) ?? LIMITS.programTime.most / 1000;
  const { program = fileURLToPath(new URL('./fw.cjs', import.meta.url)) } = options;
  const facts = { dataDir, program: checkText('program', program), hasTerminal: false, keep: KEPT_GENERATIONS };
  const allowUntrusted = options.allowUntrustedState === true;
  return makeFirewall({
    ports: (report) => wire({ ...facts, allowUntrusted, report }),
    within: (work) => wireWithin(seconds, work),
    baselines: wireBaselines(dataDir),
    fwVersion: FW_VERSION,
    host: wireHost(),
    operator: options.operator === undefined ? wireOperator() : checkText('operator', options.operator),
    where: inFolder(dataDir),
    onEvent: options.onEvent,
    signal: options.signal,
  });
}
