import { claimsByTable } from '../../core/desired/claim.ts';
import type { DesiredNamespace } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { findUnknownTargets, undeclaredTargets } from '../../core/normal-form/unknown-target.ts';
import { FAMILIES } from '../../core/rules/types.ts';
import type { Kernel } from '../../ports/ports.ts';
import { type Live, readLive } from '../live/read-live.ts';

/**
 * Jumps to what the state does not declare. Where a named namespace is on this machine and may be looked at, its chains decide whether that is a mistake;
 * `host` says nothing, since it is another host where a state is checked elsewhere.
 */
export async function checkTargets(
  kernel: Kernel,
  namespaces: readonly DesiredNamespace[],
): Promise<readonly Diagnostic[]> {
  const open = namespaces.filter((one) =>
    tablesOf(one).some(({ table, claims }) => undeclaredTargets(table, claims).length > 0),
  );
  if (open.length === 0) return [];
  const existing = new Set(kernel.isPrivileged() ? await kernel.namespaces() : []);
  const found = new Map<string, Diagnostic>();
  for (const desired of open) {
    const live = isHere(desired, existing) ? await look(kernel, desired) : undefined;
    for (const { family, table, claims } of tablesOf(desired)) {
      const chains = live?.rulesets[family].tables.find(({ name }) => name === table)?.chains ?? [];
      const names = live === undefined ? undefined : new Set(chains.map(({ name }) => name));
      for (const diagnostic of findUnknownTargets(table, claims, names)) {
        const key = `${diagnostic.span?.file} ${diagnostic.span?.start}`;
        if (found.get(key)?.severity !== 'error') found.set(key, diagnostic);
      }
    }
  }
  return [...found.values()];
}

function tablesOf({ claims }: DesiredNamespace) {
  return FAMILIES.flatMap((family) => claimsByTable(claims, family).map((one) => ({ family, ...one })));
}

/** A namespace of a name, which is the same namespace for every program on this machine. */
export function isHere({ namespace }: DesiredNamespace, existing: ReadonlySet<string>): boolean {
  return namespace.kind === 'named' && existing.has(namespace.name);
}

/** Undefined where the rules cannot be read: that is for the plan to say. */
async function look(kernel: Kernel, { namespace, backend }: DesiredNamespace): Promise<Live | undefined> {
  try {
    return (await readLive(kernel, [{ namespace, backend }]))[0];
  } catch {
    return undefined;
  }
}
