import type { DesiredState, DesiredTable } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Sources } from '../diagnostics/span.ts';
import { isBuiltin } from '../rules/builtin.ts';
import { checkUnused } from './chains.ts';
import { checkInterfaces } from './interfaces.ts';
import { reachOf } from './reach.ts';
import { checkRepeated } from './repeated-rules.ts';
import { checkSingleQuotes } from './single-quotes.ts';

/** Of one kind, in one state: more say nothing that these do not. */
const MOST = 20;

/** Rules that iptables would take and that do not do what they say, each with its place. What the families have in common is reported once. */
export function lintState(desired: DesiredState, sources: Sources): readonly Diagnostic[] {
  const rulesets = new Set(desired.namespaces.flatMap((namespace) => namespace.rulesets));
  const tables = [...rulesets].flatMap((ruleset) => ruleset.tables);
  const found = new Map<string, Diagnostic>();
  for (const diagnostic of tables.flatMap((table) => lintTable(table, sources))) {
    const { code, span, message } = diagnostic;
    const key = `${code} ${span?.file} ${span?.start} ${message}`;
    if (!found.has(key)) found.set(key, diagnostic);
  }
  return limited([...found.values()]);
}

function lintTable(table: DesiredTable, sources: Sources): readonly Diagnostic[] {
  const reach = reachOf(table);
  const isBuiltinHere = (name: string) => isBuiltin(table.name, name);
  return table.claims
    .flatMap(({ chains }) => chains)
    .flatMap((chain) => [
      ...(reach.has(chain.name) ? [] : checkUnused(table.name, chain)),
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
