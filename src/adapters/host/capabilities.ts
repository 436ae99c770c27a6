import { readFileSync } from 'node:fs';

/** Bits in the capability sets of /proc/self/status (linux/capability.h). */
const NET_ADMIN = 12n;
const SYS_ADMIN = 21n;

/** True when this process may change packet filter rules. Being uid 0 is not enough: a container may have dropped the capability. */
export function hasNetAdmin(): boolean {
  return hasCapability(NET_ADMIN);
}

/** True when this process may make network namespaces and enter those of others. */
export function hasSysAdmin(): boolean {
  return hasCapability(SYS_ADMIN);
}

function hasCapability(bit: bigint): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return effective !== undefined && ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n;
}
