import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { appendOrLeave } from '../store/write-synced.ts';

/**
 * A file that is kept open for reading, so that neither its path, nor a mode, nor a link can take it away. It is opened anew through its descriptor for
 * whatever else is done with it: a descriptor that can write would keep an administrator from remounting the file system read-only.
 */
export type KeptFile = {
  readonly handle: FileHandle;
  /** Another open file, to read. */
  readable(): Promise<FileHandle>;
  /** Another open file, to lock: one that can write where the file system allows it, because NFS locks no other for one holder alone. */
  lockable(): Promise<FileHandle>;
  /** Appends, and returns once the data is on disk; where that fails the file is what it was, as far as the disk allows. */
  append(text: string): Promise<void>;
  /** The last bytes of it, or all where it is shorter. */
  readEnd(bytes: number): Promise<string>;
  /** Whether it is what the path leads to; throws where there is nothing. */
  isAt(path: string): Promise<boolean>;
  /** Whether any path still leads to it. */
  hasName(): Promise<boolean>;
};

export function keepFile(handle: FileHandle): KeptFile {
  const path = `/proc/self/fd/${handle.fd}`;
  return {
    handle,
    readable: () => open(path, constants.O_RDONLY),
    lockable: () => open(path, constants.O_RDWR).catch(() => open(path, constants.O_RDONLY)),
    append: async (text) => appendOrLeave(await open(path, constants.O_WRONLY | constants.O_APPEND), text),
    readEnd: async (bytes) => {
      const { size } = await handle.stat();
      const length = Math.min(size, bytes);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.toString('utf8', 0, bytesRead);
    },
    isAt: async (other) => {
      const [own, found] = await Promise.all([handle.stat(), stat(other)]);
      return own.ino === found.ino && own.dev === found.dev;
    },
    hasName: async () => (await handle.stat()).nlink > 0,
  };
}
