/**
 * Rules of one state, both families together: as written, and as lists of addresses and templates make them. The bound keeps memory below a gigabyte:
 * an apply of 200,000 rules takes 30 s and 475 MB (two cores, iptables 1.8.9), most of it in the programs, whose time grows faster than the rules do.
 */
export const MOST_RULES = 250_000;
