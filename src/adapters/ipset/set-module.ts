import { existsSync } from 'node:fs';

/** Whether the kernel has its IP sets loaded, as a module or built in: without them there is no set anywhere. */
export function hasSetModule(): boolean {
  return existsSync('/sys/module/ip_set');
}
