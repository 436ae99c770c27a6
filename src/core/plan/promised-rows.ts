import type { ChainChange } from '../diff/types.ts';
import type { TableStep } from './types.ts';

/**
 * The rows of a step, of which only those promise that a counter goes on whose programs write one. ip6tables-nft-restore of iptables 1.8.9 takes `[packets:bytes]` and gives every
 * rule 0; that of 1.8.11, IPv4 and the legacy backend write what is given. Which version will commit a plan is not known when it is shown.
 */
export function promisedRows({ backend, family, chains }: TableStep): readonly ChainChange[] {
  if (backend === 'legacy' || family === 'ipv4') return chains;
  return chains.map((chain) => ({
    ...chain,
    lines: chain.lines.map((line) => {
      if (line.kind !== 'change') return line;
      const { keepsCounters: _, ...plain } = line;
      return plain;
    }),
  }));
}
