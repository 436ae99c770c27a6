import { readFileSync } from 'node:fs';

/** Bit of CAP_NET_ADMIN in the capability sets of /proc/self/status (linux/capability.h). */
const NET_ADMIN = 12n;

/** True when this process may change packet filter rules. Being uid 0 is not enough: a container may have dropped the capability. */
export function hasNetAdmin(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> NET_ADMIN) & 1n) === 1n;
}
