import { tableKey } from '../core/before-fw/extend-before.ts';
import type { TableBefore } from '../core/before-fw/types.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import type { GenerationClaim, KeptState } from '../core/generation/types.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import type { NormalClaim } from '../core/ownership/adopt.ts';
import type { NamespaceInput } from '../core/plan/assemble.ts';
import type { Backend, Family, Namespace, Policy } from '../core/ruleset/types.ts';
import type { Ports } from '../ports.ts';

/** A policy that a state set in a table that it shares, and what it was before fw; undefined where generation 0 does not know it. */
type SetPolicy = Pick<GenerationClaim, 'family' | 'table'> & {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly owner: string;
  readonly hook: Extract<NormalClaim['ownership'], { kind: 'shared' }>['hook'];
  readonly chain: string;
  readonly set: Policy;
  readonly before: Policy | undefined;
};

export type PoliciesBefore = {
  /** The input with the policies of before, where the live ones are still those that fw set. */
  readonly withPolicies: (input: NamespaceInput) => NamespaceInput;
  readonly warnings: readonly Diagnostic[];
};

/**
 * Policies of states that go as a whole: a policy DROP that stayed without the rules that accept would cut the machine off. They become what they were
 * before fw; one of which generation 0 knows nothing stays, with a warning.
 */
export async function policiesBefore(ports: Ports, going: readonly KeptState[]): Promise<PoliciesBefore> {
  const namespaces = going.flatMap((state) => state.namespaces);
  const isAny = namespaces.some(({ claims }) => claims.some(isSetting));
  if (!isAny) return { withPolicies: (input) => input, warnings: [] };
  const record = await ports.before.read();
  const known = new Map(
    (record?.namespaces ?? []).flatMap(({ namespace, tables }) =>
      tables.map((one) => [tableKey({ namespace, ...one }), one] as const),
    ),
  );
  const all = namespaces.flatMap(({ namespace, backend, claims }) =>
    claims.flatMap(({ family, table, ownership, policies }): readonly SetPolicy[] => {
      if (ownership.kind !== 'shared') return [];
      const { owner, hook } = ownership;
      const kept = known.get(tableKey({ namespace, backend, family, table }));
      return Object.entries(policies).map(([chain, set]) => {
        const before = policyBefore(kept, chain);
        return { namespace, backend, family, table, owner, hook, chain, set, before };
      });
    }),
  );
  return { withPolicies: (input) => withPolicies(input, all), warnings: all.flatMap(warnUnknown) };
}

function isSetting({ ownership, policies }: GenerationClaim): boolean {
  return ownership.kind === 'shared' && Object.keys(policies).length > 0;
}

function policyBefore(kept: TableBefore | undefined, chain: string): Policy | undefined {
  if (kept === undefined || kept.isUnknown || kept.isLeft) return undefined;
  return kept.before?.chains.find(({ name }) => name === chain)?.policy ?? 'ACCEPT';
}

function withPolicies(input: NamespaceInput, all: readonly SetPolicy[]): NamespaceInput {
  const label = namespaceLabel(input.namespace);
  const here = all.filter(
    ({ namespace, backend, family, table, chain, set, before }) =>
      before !== undefined &&
      backend === input.backend &&
      namespaceLabel(namespace) === label &&
      // What somebody set since is theirs.
      input.live[family].tables.find(({ name }) => name === table)?.chains.find(({ name }) => name === chain)
        ?.policy === set,
  );
  const ofFamily = (family: Family) => {
    const tables = new Map(input.claims[family]);
    for (const { table, owner, hook, chain, before } of here.filter((one) => one.family === family)) {
      if (before === undefined) continue;
      const claim: NormalClaim = {
        ownership: { kind: 'shared', owner, hook },
        policies: new Map([[chain, { policy: before }]]),
        chains: [],
      };
      tables.set(table, [...(tables.get(table) ?? []), claim]);
    }
    return tables;
  };
  return here.length === 0 ? input : { ...input, claims: { ipv4: ofFamily('ipv4'), ipv6: ofFamily('ipv6') } };
}

function warnUnknown({ namespace, family, table, chain, set, before }: SetPolicy): readonly Diagnostic[] {
  if (before !== undefined) return [];
  return [
    {
      severity: 'warning',
      code: 'state.policy-stays',
      message: `The policy of ${chain} in ${family} ${table} of ${namespaceLabel(namespace)} stays ${set}: generation 0 does not know what it was before fw`,
    },
  ];
}
