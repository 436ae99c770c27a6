import type { DesiredRule } from '../desired/types.ts';
import type { TableName } from '../rules/types.ts';

/** One rule to be read back, in the chain for which it was written. */
export type ScratchRule = { readonly chain: string; readonly rule: DesiredRule };

export type ScratchTable = {
  readonly table: TableName;
  /** User chains that the table needs: those of the state, and empty stubs of foreign chains that rules jump to. */
  readonly chains: readonly string[];
  /** Rules whose normal form is wanted. */
  readonly rules: readonly ScratchRule[];
  /**
   * Jumps that lead from the built-in chains to the rules, in place of the whole ruleset: the kernel judges targets such as
   * MASQUERADE or matches such as owner by the hooks from which their chain is reached.
   */
  readonly jumps: readonly (readonly [from: string, to: string])[];
};

type ScratchScript = {
  readonly text: string;
  /** Index into `rules` of the rule on a line of the text (lines count from 1). */
  readonly ruleAt: (line: number) => number | undefined;
};

/** Restore text that loads rules in a scratch namespace. Rules come first in their chain, jumps behind them. */
export function printScratch(table: ScratchTable, rules: readonly ScratchRule[] = table.rules): ScratchScript {
  const head = [`*${table.table}`, ...table.chains.map((chain) => `:${chain} - [0:0]`)];
  const body = rules.map(({ chain, rule }) => `-A ${chain} ${rule.text}`);
  const tail = table.jumps.map(([from, to]) => `-A ${from} -j ${to}`);
  return {
    text: `${[...head, ...body, ...tail, 'COMMIT'].join('\n')}\n`,
    ruleAt: (line) => {
      const index = line - 1 - head.length;
      return index >= 0 && index < rules.length ? index : undefined;
    },
  };
}
