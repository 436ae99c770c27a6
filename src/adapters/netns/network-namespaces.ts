import { closeSync, fstatSync, openSync, readdirSync, statfsSync, statSync } from 'node:fs';

/** NSFS_MAGIC: the file system of namespaces. What `ip netns` leaves behind when it dies half-way is an empty file on another one. */
const NSFS = 0x6e736673;

/** A network namespace that is kept open: whatever becomes of its name, the descriptor stays this namespace, and keeps it alive. */
export type NetworkNamespaceFile = {
  readonly descriptor: number;
  /** `device:inode:time`, see `NamespaceIdentity`. */
  readonly file: string;
  close(): void;
};

/** Opens a network namespace by its path. Undefined where there is none: nothing, or a file that is no namespace. */
export function openNetworkNamespace(path: string): NetworkNamespaceFile | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const close = () => closeSync(descriptor);
  if (!isNamespaceFile(descriptorPath(descriptor))) {
    close();
    return undefined;
  }
  const { dev, ino, ctimeNs } = fstatSync(descriptor, { bigint: true });
  return { descriptor, file: `${dev}:${ino}:${isInitial(ino) ? 'initial' : ctimeNs}`, close };
}

/** Inode numbers of the network namespace and the PID namespace that the kernel starts with; the former since Linux 6.16. */
const INITIAL_NET = 4026531833n;
const INITIAL_PID = 4026531836n;

/**
 * Whether it is the network namespace that the kernel starts with: it is never gone, so its number is never given again. Older kernels give it any
 * number, but the first process of the machine is in it.
 */
function isInitial(inode: bigint): boolean {
  if (inode === INITIAL_NET) return true;
  try {
    const { ino: pid } = statSync('/proc/self/ns/pid', { bigint: true });
    return pid === INITIAL_PID && statSync('/proc/1/ns/net', { bigint: true }).ino === inode;
  } catch {
    return false;
  }
}

/** A path by which programs that fw starts open the very file behind a descriptor of fw. */
export function descriptorPath(descriptor: number): string {
  return `/proc/${process.pid}/fd/${descriptor}`;
}

/** Names in the folder where `ip netns` keeps network namespaces, sorted by code unit, each with whether it is one. No folder means none. */
export function readNetnsFolder(folder: string): readonly { readonly name: string; readonly isNamespace: boolean }[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => ({ name, isNamespace: isNamespaceFile(`${folder}/${name}`) }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Whether a path leads to the network namespace in which fw runs. */
export function isOwnNamespace(path: string): boolean {
  try {
    return statSync(path).ino === statSync('/proc/self/ns/net').ino;
  } catch {
    return false;
  }
}

function isNamespaceFile(path: string): boolean {
  try {
    return statfsSync(path).type === NSFS;
  } catch {
    // It went in this moment, or leads nowhere.
    return false;
  }
}
