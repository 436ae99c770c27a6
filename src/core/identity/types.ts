import type { Namespace } from '../rules/types.ts';

/**
 * Which network namespace a name stood for, within one boot of one kernel. A name says nothing by itself: `ip netns` gives it to another one
 * after `del` and `add`, and `host` is wherever fw is started.
 */
export type NamespaceIdentity = {
  readonly namespace: Namespace;
  /** SO_NETNS_COOKIE in hexadecimal digits, which a kernel never gives twice (Linux 5.14). Missing where it cannot be asked. */
  readonly cookie?: string;
  /**
   * `device:inode:time` of its file, which decides where one of two has no cookie. The kernel gives an inode number again to the next namespace, but the time at
   * which the inode was made is another one then; as long as the namespace is mounted or open it stays the same.
   */
  readonly file?: string;
};

/** Which machine wrote something down: two of them may share a data folder. */
export type Machine = {
  /** Id of the boot. */
  readonly boot: string;
  /** /etc/machine-id; missing where there is none. */
  readonly machine?: string | undefined;
  /** `device:inode` of /run/netns, in which names are looked up. Missing where there is no such folder. */
  readonly folder?: string | undefined;
};

/** Which namespaces some names stood for on one machine at one time. It is there to be shown: nothing is decided by it. */
export type MadeIn = Machine & { readonly namespaces: readonly NamespaceIdentity[] };

/** In which namespaces one apply proved what is declared for them. */
export type AppliedIn = MadeIn & {
  /** UTC, ISO 8601. */
  readonly at: string;
  /** Of that apply, or of the generation that recorded what was live already. */
  readonly journal: string;
};
