import type { DesiredClaim } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';
import { isTarget } from '../extensions/names.ts';
import { jumpOf } from '../rule-text/jumps.ts';
import { isBuiltin } from '../rules/builtin.ts';
import { matchesGlob } from '../rules/matches-glob.ts';
import type { TableName } from '../rules/types.ts';
import { didYouMean } from './remedy.ts';

/**
 * Jumps of a table to chains that are not declared. In an exclusive table no chain of another program can be, but those that are kept, so such a jump is
 * a mistake; so it is where the chains are known that the namespace has, `live`. Elsewhere another program may make the chain in time.
 */
export function findUnknownTargets(
  table: TableName,
  claims: readonly DesiredClaim[],
  live: ReadonlySet<string> | undefined,
): readonly Diagnostic[] {
  const keeps = claims.map(({ ownership }) => (ownership.kind === 'exclusive' ? ownership.keep : undefined));
  const mayBe = (chain: string) =>
    keeps.some((keep) => keep === undefined || keep.some((glob) => matchesGlob(glob, chain)));
  const declared = claims.flatMap(({ chains }) => chains.map((chain) => chain.declared));
  return undeclaredTargets(table, claims).map(({ chain, span }) => {
    const near = didYouMean(chain, declared);
    const isWrong = !mayBe(chain) || (live !== undefined && !live.has(chain));
    return isWrong
      ? unknown(table, chain, span, near, live !== undefined && mayBe(chain))
      : foreign(table, chain, span, near);
  });
}

function unknown(table: TableName, chain: string, span: Span, near: string, isLooked: boolean): Diagnostic {
  return {
    severity: 'error',
    code: 'state.unknown-target',
    message: `"${chain}" is no target of iptables and no chain of table ${table}${isLooked ? ', neither in this state nor live' : ''}`,
    span,
    hint: `${near === '' ? 'Declare the chain, or correct its name.' : near.trim()}`,
  };
}

function foreign(table: TableName, chain: string, span: Span, near: string): Diagnostic {
  return {
    severity: 'warning',
    code: 'state.foreign-jump',
    message: `"${chain}" is no chain of table ${table} in this state; it must be there when fw applies`,
    span,
    hint: `Declare the chain, correct its name, or leave it if another program makes it.${near}`,
  };
}

/** Jumps to what is neither a chain of the table nor a target that iptables has: a chain of others, or a slip of the pen. */
export function undeclaredTargets(
  table: TableName,
  claims: readonly DesiredClaim[],
): readonly { readonly chain: string; readonly span: Span }[] {
  const chains = claims.flatMap((claim) => claim.chains);
  const declared = new Set(chains.map((chain) => chain.name));
  const found = new Map<string, Span>();
  for (const chain of chains) {
    for (const rule of chain.rules) {
      const target = jumpOf(rule)?.chain;
      if (target === undefined || declared.has(target) || isTarget(target) || isBuiltin(table, target)) continue;
      if (!found.has(target)) found.set(target, rule.span);
    }
  }
  return [...found].map(([chain, span]) => ({ chain, span }));
}
