import { lstatSync, readFileSync } from 'node:fs';
import { hasNetAdmin } from './capabilities.ts';

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
