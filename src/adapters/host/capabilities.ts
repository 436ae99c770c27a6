import { lstatSync, readFileSync } from 'node:fs';

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

/**
 * True when this process may do more than other users who can write files here: root, or a service user with CAP_NET_ADMIN. In a user
 * namespace made by an ordinary user (`unshare --user`), root is that user, and the file system belongs to a user who has no number there.
 */
export function isPrivileged(): boolean {
  return (process.geteuid?.() === 0 || hasNetAdmin()) && (lstatSync('/').uid === 0 || hasAllUsers());
}

function hasAllUsers(): boolean {
  return /^\s*0\s+0\s+4294967295$/.test(readFileSync('/proc/self/uid_map', 'utf8').trimEnd());
}
