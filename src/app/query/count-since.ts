import { type Baseline, type BaselineNamespace, baselineOf, mergeBaseline } from '../../core/counters/baseline.ts';
import { type Difference, differencesOf, type GoneCounter } from '../../core/counters/differences.ts';
import type { OwnedRow } from '../../core/counters/types.ts';
import { findAnew, type WhyAnew } from '../../core/identity/find-made-anew.ts';
import type { NamespaceIdentity } from '../../core/identity/types.ts';
import { matchesGlob } from '../../core/rules/matches-glob.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Ports } from '../../ports/ports.ts';
import { findNamespaces } from '../import/read-for-import.ts';
import { type ListedCounters, listCounters } from './list-counters.ts';

/** How the differences of one namespace came about. */
export type CountedNamespace = {
  readonly namespace: string;
  /** Since when; undefined where the whole counters are told. */
  readonly since: string | undefined;
  /** Why whole counters are told. `first`: the reader never looked here. `gone`: the namespace is not there any more, and what it counted in between is not known. */
  readonly why: 'first' | 'gone' | WhyAnew | undefined;
  /** Whether it is the same namespace as before is not known; it is taken for the same. */
  readonly isUnsure: boolean;
};

export type CountedSince = Omit<ListedCounters, 'rows'> & {
  readonly rows: readonly Difference<OwnedRow>[];
  readonly gone: readonly GoneCounter[];
  readonly namespaces: readonly CountedNamespace[];
  /** The baseline of the reader once it has been told all this. */
  readonly baseline: Baseline;
};

/** What live rules and policies counted since a baseline. The namespaces are kept open meanwhile, so that all that is read is of one and the same. */
export async function countSince(
  ports: Ports,
  before: Baseline | undefined,
  options: Parameters<typeof listCounters>[1],
): Promise<CountedSince> {
  const namespaces = await findNamespaces(ports, options.namespaces);
  const open = ports.kernel.openNamespaces(namespaces);
  try {
    const machine = await ports.journal.here();
    const identities = new Map(
      (await open.identities()).flatMap((one) => (one === undefined ? [] : [[namespaceLabel(one.namespace), one]])),
    );
    const listed = await listCounters(ports, options);
    const at = ports.clock.now().toISOString();
    const byNamespace = new Map<string, OwnedRow[]>([...listed.backends.keys()].map((label) => [label, []]));
    for (const row of listed.rows) byNamespace.get(row.namespace)?.push(row);
    const told = [...listed.backends].flatMap(([label, backend]) => {
      const identity = identities.get(label);
      // It came after the others were opened: the next call looks at it.
      if (identity === undefined) return [];
      const rows = byNamespace.get(label) ?? [];
      const was = before?.namespaces.find((one) => namespaceLabel(one.identity.namespace) === label);
      const { why, isUnsure } = compare(was, identity, machine);
      const { rows: differences, gone } = differencesOf(rows, why === undefined ? was : undefined);
      const one = {
        differences,
        gone: gone.map((one) => ({ ...one, namespace: label })),
        namespace: { namespace: label, since: why === undefined ? was?.at : undefined, why, isUnsure },
        fresh: baselineOf(rows, { at, machine, identity, backend }),
      };
      return [one];
    });
    const lost = lostNamespaces(before, options.namespaces, listed.backends);
    return {
      ...listed,
      rows: told.flatMap(({ differences }) => differences),
      gone: told.flatMap(({ gone }) => gone),
      namespaces: [...told.map(({ namespace }) => namespace), ...lost],
      baseline: mergeBaseline(
        before,
        told.map(({ fresh }) => fresh),
        new Set(lost.map(({ namespace }) => namespace)),
      ),
    };
  } finally {
    open.close();
  }
}

function compare(
  was: BaselineNamespace | undefined,
  identity: NamespaceIdentity,
  machine: BaselineNamespace['machine'],
): Pick<CountedNamespace, 'why' | 'isUnsure'> {
  if (was === undefined) return { why: 'first', isUnsure: false };
  const { anew, open } = findAnew([{ ...was.machine, at: was.at, namespaces: [was.identity] }], machine, [identity]);
  return { why: anew[0]?.why, isUnsure: open.length > 0 };
}

/** Namespaces that the reader looked at, that are asked for again, and that are not there. */
function lostNamespaces(
  before: Baseline | undefined,
  patterns: readonly string[],
  there: ReadonlyMap<string, unknown>,
): readonly CountedNamespace[] {
  return (before?.namespaces ?? []).flatMap(({ identity, at }) => {
    const label = namespaceLabel(identity.namespace);
    const isAsked = identity.namespace.kind === 'named' && patterns.some((glob) => matchesGlob(glob, label));
    return isAsked && !there.has(label) ? [{ namespace: label, since: at, why: 'gone' as const, isUnsure: false }] : [];
  });
}
