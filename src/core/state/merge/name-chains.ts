import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import { isBuiltin } from '../../rules/builtin.ts';
import type { Family, TableName } from '../../rules/types.ts';
import type { RuleVersion } from '../as-written/written.ts';

/** The chains of one claim: those that its documents declare in one table, for each family. */
export type Naming = {
  readonly table: TableName;
  /** Undefined in exclusive ownership, where chains keep their names. */
  readonly owner: string | undefined;
  readonly declared: Readonly<Record<Family, ReadonlySet<string>>>;
};

/** Name in the kernel of a declared chain. A prefixed name cannot be that of a built-in chain, since those have no `-`. */
export function kernelName(naming: Naming, declared: string): string {
  return naming.owner === undefined ? declared : `${naming.owner}-${declared}`;
}

/**
 * The words of a rule with its jump turned to the kernel's name. A jump to something that is not declared stays: it may be a chain of
 * another program, or a target, and the kernel knows.
 */
export function nameJump(
  naming: Naming,
  version: RuleVersion,
): { readonly words: readonly string[]; readonly problem?: Diagnostic } {
  const { words, jump, family } = version;
  const target = jump === undefined ? undefined : words[jump.index];
  if (jump === undefined || target === undefined) return { words };
  const error = { severity: 'error', code: 'state.jump', span: jump.span } as const;
  if (isBuiltin(naming.table, target)) {
    const hint =
      'Packets come to built-in chains by themselves: put shared rules in a chain of your own and jump to that.';
    return { words, problem: { ...error, message: `A rule cannot jump to the built-in chain ${target}`, hint } };
  }
  if (naming.declared[family].has(target)) return { words: words.with(jump.index, kernelName(naming, target)) };
  const other: Family = family === 'ipv4' ? 'ipv6' : 'ipv4';
  if (!naming.declared[other].has(target)) return { words };
  const message = `Chain \`${target}\` is declared for ${other} only, and this rule goes to ${family}`;
  const hint = `Add \`family: ${other}\` to the rule, or declare the chain for both families.`;
  return { words, problem: { ...error, message, hint } };
}

/** The declared chain that a jump to an unknown one probably meant, for when the kernel has refused it. */
export function nearestChain(target: string, declared: Iterable<string>): string | undefined {
  return nearest(target, declared);
}
