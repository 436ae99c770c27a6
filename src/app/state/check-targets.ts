import type { DesiredNamespace } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { findUnknownTargets, undeclaredTargets } from '../../core/normal-form/unknown-target.ts';
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
  const open = namespaces.filter(({ rulesets }) =>
    rulesets.some(({ tables }) => tables.some((table) => undeclaredTargets(table).length > 0)),
  );
  if (open.length === 0) return [];
  const existing = new Set(kernel.isPrivileged() ? await kernel.namespaces() : []);
  const found = new Map<string, Diagnostic>();
  for (const desired of open) {
    const live = isHere(desired, existing) ? await look(kernel, desired) : undefined;
    for (const { family, tables } of desired.rulesets) {
      for (const table of tables) {
        const chains = live?.rulesets[family].tables.find(({ name }) => name === table.name)?.chains ?? [];
        const names = live === undefined ? undefined : new Set(chains.map(({ name }) => name));
        for (const diagnostic of findUnknownTargets(table, names)) {
          const key = `${diagnostic.span?.file} ${diagnostic.span?.start}`;
          if (found.get(key)?.severity !== 'error') found.set(key, diagnostic);
        }
      }
    }
  }
  return [...found.values()];
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
