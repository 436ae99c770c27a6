import type { Routes } from '../core/connections/find-ways.ts';
import type { Connection } from '../core/connections/types.ts';
import type { Family, Namespace } from '../core/rules/types.ts';
import type { Ran } from './ran.ts';

/** One family of one namespace. */
type Target = { readonly namespace: Namespace; readonly family: Family };

/** What fw asks of the connections of a machine, by the programs `conntrack`, `ip` and `ss`. */
export type Conntrack = {
  /** `conntrack -L -o extended,id` of each target, in their order; each answers as soon as it is there. */
  list(targets: readonly Target[]): readonly Promise<Ran>[];
  /** Where the routes lead for each address; an address of which they do not say is left out. Never throws. */
  routes(target: Target, addresses: readonly string[]): Promise<Routes>;
  /** `conntrack -D` of one entry, by all that it has: both tuples and the zone. It fails where there is none. */
  deleteEntry(namespace: Namespace, connection: Connection): Promise<Ran>;
  /**
   * Closes the sockets of this host that a TCP connection has, as their programs see them (`ss -K`), and looks again. Resolves to whether one is still there: a kernel without
   * CONFIG_INET_DIAG_DESTROY closes none.
   */
  closeSockets(namespace: Namespace, connection: Connection): Promise<'closed' | 'open'>;
};
