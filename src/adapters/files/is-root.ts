import { lstatSync, readFileSync } from 'node:fs';

/**
 * True when this process is root and more than whoever started it. In a user namespace made by an ordinary user (`unshare --user`),
 * uid 0 is that user, and the file system belongs to somebody who has no number there.
 */
export function isRoot(): boolean {
  return process.geteuid?.() === 0 && (lstatSync('/').uid === 0 || hasAllUsers());
}

function hasAllUsers(): boolean {
  return /^\s*0\s+0\s+4294967295$/.test(readFileSync('/proc/self/uid_map', 'utf8').trimEnd());
}
