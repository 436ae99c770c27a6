import { existsSync } from 'node:fs';

/** The kernel lists the legacy tables of the reader's own namespace here. */
const LISTS = ['/proc/net/ip_tables_names', '/proc/net/ip6_tables_names'] as const;

/** The lists that are there: only while the modules of the legacy backend are loaded, or where they are part of the kernel. */
export function legacyLists(): readonly string[] {
  return LISTS.filter((list) => existsSync(list));
}
