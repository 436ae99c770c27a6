import type { BackendChoice } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { countRules, listRules } from '../../core/rules/list-rules.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Backend, Namespace } from '../../core/rules/types.ts';
import type { Kernel } from '../../ports/ports.ts';
import { type Live, readLive } from '../live/read-live.ts';

/** A warning for each namespace in which the backend that fw does not manage decides about packets, too. */
export function warnOtherBackend(live: readonly Live[]): readonly Diagnostic[] {
  return live.flatMap(({ namespace, backend, alsoHeldBy, other }) =>
    alsoHeldBy === undefined || other === undefined ? [] : [describe(namespace, backend, alsoHeldBy, other)],
  );
}

/**
 * The same for namespaces of which a run does not read the rules. Nothing is read where neither the state nor the kernel knows of the legacy backend;
 * what cannot be read is no warning: reading the rules, where they are needed, reports it.
 */
export async function findOtherBackend(
  kernel: Kernel,
  wanted: readonly { readonly namespace: Namespace; readonly backend: BackendChoice }[],
): Promise<readonly Diagnostic[]> {
  if (!kernel.isPrivileged() || wanted.length === 0) return [];
  try {
    const existing = new Set(await kernel.namespaces());
    const here = wanted.filter(({ namespace }) => namespace.kind === 'host' || existing.has(namespace.name));
    const legacy = await kernel.hasLegacyTables(here.map(({ namespace }) => namespace));
    const found = here.filter(({ backend }, index) => backend === 'legacy' || legacy[index] === true);
    return warnOtherBackend(await readLive(kernel, found));
  } catch (error) {
    if (!(error instanceof FwError)) throw error;
    if (error.code !== 'live.mixed-backends') return [];
    const { code, message, output, next } = error;
    return [{ severity: 'warning', code, message, ...(output === undefined ? {} : { output }), hint: next }];
  }
}

function describe(
  namespace: Namespace,
  backend: Backend,
  alsoHeldBy: Backend,
  { rulesets, hidden }: NonNullable<Live['other']>,
): Diagnostic {
  const label = namespaceLabel(namespace);
  const count = countRules(rulesets);
  const unshown = hidden.map(
    ({ family, table }) => `${family} ${table}: holds native rules that iptables does not show`,
  );
  const program = alsoHeldBy === 'nft' ? 'iptables-nft-save' : 'iptables-legacy-save';
  return {
    severity: 'warning',
    code: 'live.other-backend',
    message: `${label} has ${count} ${count === 1 ? 'rule' : 'rules'} of the ${alsoHeldBy} backend beside those of ${backend}: packets meet both, and fw manages only ${backend} here`,
    output: [listRules(rulesets), ...unshown].filter((line) => line !== '').join('\n'),
    outputOf: program,
    hint: `A packet passes only where both let it. Move these rules over, or remove them; ${program} shows all of them.`,
  };
}
