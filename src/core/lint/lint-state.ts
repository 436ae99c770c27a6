import { claimsByTable } from '../desired/claim.ts';
import type { DesiredClaim, DesiredState } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Sources } from '../diagnostics/span.ts';
import { isBuiltin } from '../rules/builtin.ts';
import { FAMILIES, type TableName } from '../rules/types.ts';
import { checkUnused } from './chains.ts';
import { checkInterfaces } from './interfaces.ts';
import { reachOf } from './reach.ts';
import { checkRepeated } from './repeated-rules.ts';
import { checkSingleQuotes } from './single-quotes.ts';

/** Of one kind, in one state: more say nothing that these do not. */
const MOST = 20;

/** Rules that iptables would take and that do not do what they say, each with its place. What the families have in common is reported once. */
export function lintState(desired: DesiredState, sources: Sources): readonly Diagnostic[] {
  const declared = [...new Set(desired.namespaces.map(({ claims }) => claims))];
  const tables = declared.flatMap((claims) => FAMILIES.flatMap((family) => claimsByTable(claims, family)));
  const found = new Map<string, Diagnostic>();
  for (const diagnostic of tables.flatMap(({ table, claims }) => lintTable(table, claims, sources))) {
    const { code, span, message } = diagnostic;
    const key = `${code} ${span?.file} ${span?.start} ${message}`;
    if (!found.has(key)) found.set(key, diagnostic);
  }
  return limited([...found.values()]);
}

function lintTable(table: TableName, claims: readonly DesiredClaim[], sources: Sources): readonly Diagnostic[] {
  const reach = reachOf(table, claims);
  const isBuiltinHere = (name: string) => isBuiltin(table, name);
  return claims
    .flatMap(({ chains }) => chains)
    .flatMap((chain) => [
      ...(reach.has(chain.name) ? [] : checkUnused(table, chain)),
      ...checkInterfaces(chain, reach.get(chain.name), isBuiltinHere, sources),
      ...checkRepeated(chain),
      ...chain.rules.filter(({ text }) => text.includes("'")).flatMap((rule) => checkSingleQuotes(rule, sources)),
    ]);
}

function limited(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const counts = new Map<Diagnostic['code'], number>();
  const shown = found.filter(({ code, severity }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return severity === 'error' || count <= MOST;
  });
  const hidden = [...counts].filter(
    ([code, count]) => count > MOST && shown.some((one) => one.code === code && one.severity === 'warning'),
  );
  return [
    ...shown,
    ...hidden.map(
      ([code, count]): Diagnostic => ({
        severity: 'warning',
        code,
        message: `${count - MOST} more of this kind are not shown`,
      }),
    ),
  ];
}
