import type { ListForm } from '../../core/nft-listing/listing.ts';
import { type Backend, type Family, NFT_FAMILY } from '../../core/rules/types.ts';

/** The name says the backend: plain `iptables` is whatever the distribution's alternatives point at. */
export function saveProgram(backend: Backend, family: Family): string {
  return `${prefix(family)}-${backend}-save`;
}

export function restoreProgram(backend: Backend, family: Family): string {
  return `${prefix(family)}-${backend}-restore`;
}

function prefix(family: Family): string {
  return family === 'ipv4' ? 'iptables' : 'ip6tables';
}

/**
 * Words after `nft` that list all tables of a family so that two listings of the same rules are the same text: `--stateless` leaves
 * counters out, `--numeric` asks no name service, `--terse` leaves out what a named set holds. nft prints an extension of iptables as
 * the nft expression it stands for where it can (nft 1.0.6); see `normalLine` for what it prints in two ways.
 */
export function listWords(family: Family, form: ListForm): readonly string[] {
  return [
    ...(form === 'json' ? ['--json'] : []),
    '--stateless',
    '--numeric',
    '--terse',
    'list',
    'ruleset',
    NFT_FAMILY[family],
  ];
}

/**
 * Memory that nft asks for is filled with one byte, whatever was in it: libxtables reads some that is not set (`xt_xlate_alloc`, iptables 1.8.9 and 1.8.11),
 * and what nft prints of a `connlimit` or TPROXY rule would depend on how many rules it has listed before. The cache of the heap hands out memory that is not
 * filled, so it is off. Another C library knows no such variable.
 */
export const NFT_ENVIRONMENT = { GLIBC_TUNABLES: 'glibc.malloc.tcache_count=0:glibc.malloc.perturb=1' } as const;
