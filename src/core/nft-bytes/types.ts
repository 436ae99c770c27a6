import type { TableName } from '../rules/types.ts';

/**
 * For each chain of an nft table a digest of all that the kernel says of it; undefined where that is not read. A table that holds a set, map, object or flowtable of nft, as
 * none of iptables does, has no digests: its rules may mean what stands elsewhere. Nor has one without chains that has a flag, a comment or an owner.
 */
export type ByteTable = ReadonlyMap<string, string | undefined> | 'no digests';

/** The tables of one family that have the names of those of iptables. */
export type ByteDump = ReadonlyMap<TableName, ByteTable>;
