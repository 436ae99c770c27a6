import type { Backend, Family, Table } from '../../rules/types.ts';

/** What one namespace holds for one family, as far as it decides about packets. A table that is missing is pristine. */
export type Firewall = {
  readonly family: Family;
  readonly backend: Backend;
  readonly tables: readonly Table[];
  readonly sets: readonly KnownSet[];
  /** Settings of the kernel that decide about packets. What is absent is not known, and is never guessed in favour of a packet. */
  readonly settings: KernelSettings;
};

/** A set whose content is known at the moment of the snapshot. A set that rules name and that is not here is an open question. */
export type KnownSet = {
  readonly name: string;
  /** `hash:ip`, `list:set` and so on, then the options, as `ipset save` prints them behind the name. */
  readonly header: string;
  /** One entry each, its text behind `add NAME `. */
  readonly entries: readonly string[];
  /** Entries come and go by themselves or by other programs: what the set holds is true for now only. */
  readonly changes: boolean;
};

export type KernelSettings = {
  /** net.netfilter.nf_conntrack_tcp_loose: a connection that conntrack did not see begin is NEW (true) or INVALID (false). */
  readonly tcpLoose?: boolean;
  /** net.ipv4.ip_forward, net.ipv6.conf.all.forwarding. */
  readonly forwards?: boolean;
  /** Names of the interfaces of the namespace. */
  readonly interfaces?: readonly string[];
};
