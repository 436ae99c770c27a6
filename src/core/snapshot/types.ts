import type { Backend, Namespace, Ruleset } from '../rules/types.ts';
import { unseal } from '../seal/seal.ts';

/** Live rules of a machine at one moment, to plan from elsewhere. */
export type SnapshotFile = {
  readonly format_version: '1.0';
  readonly kind: 'snapshot';
  readonly fw_version: string;
  /** UTC, ISO 8601. */
  readonly created: string;
  readonly host: string;
  /** Versions of iptables and nft on that machine: the normal form of a rule may depend on them. */
  readonly versions: string;
  readonly namespaces: readonly {
    readonly namespace: Namespace;
    readonly backend: Backend;
    readonly ipv4: Ruleset;
    readonly ipv6: Ruleset;
    /** All sets with what `ipset save` prints of them; absent in files of versions that knew no sets. */
    readonly sets?: readonly { readonly name: string; readonly references: number; readonly text: string }[];
  }[];
  readonly digest: string;
};

/** Reads a snapshot file; see `unseal` for what it throws. */
export function parseSnapshotFile(path: string, text: string): SnapshotFile {
  return unseal(path, text, 'snapshot') as unknown as SnapshotFile;
}
