import type { KernelSettings } from '../packets/types/firewall.ts';
import type { NamespaceInput } from '../plan/assemble.ts';
import type { Backend, Family, Namespace, Ruleset, TableName } from '../rules/types.ts';
import type { SetPair } from '../sets/ipset/types.ts';

/** What is live in a namespace that a plan is about, the tables that it leaves alone among it. */
export type LiveNamespace = {
  readonly namespace: Namespace;
  readonly backend: Backend;
  readonly rulesets: Readonly<Record<Family, Ruleset>>;
  /** Tables of which nothing is known. */
  readonly hidden: readonly { readonly family: Family; readonly table: TableName }[];
  /** The other backend, where it holds rules: packets meet both. What it holds is absent where that was not read. */
  readonly other?: OtherBackend;
  /** Declared sets and sets of ours, live and as they are wanted. */
  readonly sets: readonly SetPair[];
  readonly settings?: KernelSettings;
  /** Tables of nft that are no tables of iptables. Absent where that was not asked. */
  readonly notLookedAt?: readonly string[];
};

export type OtherBackend = {
  readonly backend: Backend;
  readonly rulesets?: Readonly<Record<Family, Ruleset>>;
};

/** What was read of a namespace. */
type Read = Pick<LiveNamespace, 'rulesets'> & {
  readonly hidden?: LiveNamespace['hidden'];
  readonly alsoHeldBy?: Backend;
  readonly other?: Pick<LiveNamespace, 'rulesets' | 'hidden'>;
};

/** What the inputs of a plan and what was read for them tell together; both in one order. */
export function liveNamespaces(
  inputs: readonly NamespaceInput[],
  live: readonly (Read | undefined)[],
): readonly LiveNamespace[] {
  return inputs.map(({ namespace, backend, alsoHeldBy, live: rulesets, sets }, index) => {
    const { hidden = [], other, alsoHeldBy: second = alsoHeldBy } = live[index] ?? {};
    const also = second === undefined ? undefined : otherBackend(second, other);
    return { namespace, backend, rulesets, hidden, sets, ...(also === undefined ? {} : { other: also }) };
  });
}

/** A table that iptables-save does not show leaves nothing to compare with. */
function otherBackend(backend: Backend, read: Read['other']): OtherBackend {
  return read === undefined || read.hidden.length > 0 ? { backend } : { backend, rulesets: read.rulesets };
}
