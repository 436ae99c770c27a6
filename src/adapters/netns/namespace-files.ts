import { closeSync, fstatSync, openSync, statSync } from 'node:fs';

/** A namespace of a process, kept open: whatever happens to the process, and to its number, the descriptor stays this namespace. */
export type NamespaceFile = {
  readonly descriptor: number;
  /** It is the one that fw itself is in. */
  readonly isOwn: boolean;
  close(): void;
};

/** Opens a namespace of a process. Throws where the process is gone or may not be looked at. */
export function openNamespace(pid: number, kind: 'net' | 'user'): NamespaceFile {
  const descriptor = openSync(`/proc/${pid}/ns/${kind}`, 'r');
  const found = fstatSync(descriptor);
  const own = statSync(`/proc/self/ns/${kind}`);
  return {
    descriptor,
    isOwn: found.ino === own.ino && found.dev === own.dev,
    close: () => closeSync(descriptor),
  };
}
