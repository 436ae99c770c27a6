import type { DesiredChain } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { BUILTIN, isBuiltin, TABLES } from '../rules/builtin.ts';
import type { TableName } from '../rules/types.ts';

const ALL_BUILTIN = new Set(TABLES.flatMap((table) => BUILTIN[table]));

/** A chain with rules that nothing leads to, and one that has the name of a built-in chain in another letter case. */
export function checkUnused(table: TableName, chain: DesiredChain): readonly Diagnostic[] {
  if (chain.rules.length === 0) return [];
  const { declared, span } = chain;
  const meant = declared.toUpperCase();
  if (declared !== meant && ALL_BUILTIN.has(meant)) {
    const has = isBuiltin(table, meant);
    return [
      {
        severity: 'error',
        code: 'state.chain-case',
        message: `\`${declared}\` is not the built-in chain ${meant}, and nothing jumps to it: its rules would never see a packet`,
        span,
        hint: has
          ? `Write ${meant}.`
          : `Table ${table} has no ${meant}: its built-in chains are ${BUILTIN[table].join(', ')}.`,
      },
    ];
  }
  // A template may offer chains to the documents that use it.
  if (span?.expanded !== undefined) return [];
  return [
    {
      severity: 'warning',
      code: 'state.unused-chain',
      message: `Nothing jumps to chain \`${declared}\` of table ${table}: its rules never see a packet`,
      span,
      hint: `Add a rule with \`-j ${declared}\` where its packets come by, or take the chain out.`,
    },
  ];
}
