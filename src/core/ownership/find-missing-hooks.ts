import type { DesiredChain, DesiredNamespace } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { isBuiltin } from '../rules/builtin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { FAMILIES, type Family, type Ruleset } from '../rules/types.ts';

/**
 * Chains of other programs that ours are to be hooked into and that are not there: until their program makes them and fw applies again,
 * no packet meets the rules.
 */
export function findMissingHooks(
  { namespace, claims }: DesiredNamespace,
  live: Readonly<Record<Family, Ruleset>>,
): readonly Diagnostic[] {
  const missing = new Map<
    string,
    { readonly chain: DesiredChain; readonly into: string; readonly families: Family[] }
  >();
  for (const { family, table, chains } of claims) {
    const there = live[family].tables.find(({ name }) => name === table)?.chains ?? [];
    for (const chain of chains) {
      const into = chain.hookInto;
      if (into === undefined || isBuiltin(table, into) || there.some((one) => one.name === into)) continue;
      const found = missing.get(`${table} ${into}`) ?? { chain, into, families: [] };
      missing.set(`${table} ${into}`, found);
      found.families.push(family);
    }
  }
  return [...missing.values()].map(({ chain, into, families }) => ({
    severity: 'warning',
    code: 'state.foreign',
    message: `Nothing jumps to the rules of \`${into}\`: ${namespaceLabel(namespace)} has no such chain (${families.join(' and ')})`,
    span: chain.span,
    hint:
      families.length === FAMILIES.length
        ? 'Start the program that makes it, then apply again.'
        : `If its program has none for ${families.join(' and ')}, write the chain in a document with \`family:\`.`,
  }));
}
