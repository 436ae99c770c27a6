import type { Elsewhere } from '../core/document/status-document.ts';
import { FwError } from '../core/errors.ts';
import { isSame } from '../core/identity/is-same.ts';
import { type Place, placeOfRun } from '../core/identity/place-of-run.ts';
import type { NamespaceIdentity } from '../core/identity/types.ts';
import type { RunState } from '../core/journal/fold.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import type { Namespace } from '../core/ruleset/types.ts';
import type { Ports } from '../ports.ts';
import { namespacesOf } from './bind-namespaces.ts';

/**
 * Does some work with where an apply was made, as seen from here. Meanwhile the names of its namespaces stand for those that were looked at, so
 * what is written then is written there.
 */
export async function withPlace<Result>(
  { kernel, journal }: Pick<Ports, 'kernel' | 'journal'>,
  run: RunState,
  work: (place: Place) => Promise<Result>,
): Promise<Result> {
  const recorded = run.namespaces ?? [];
  const open = kernel.openNamespaces(recorded.map(({ namespace }) => namespace));
  try {
    const place = placeOfRun(run, await journal.here(), await open.identities());
    return await work(place.kind === 'here' ? (unrecorded(run) ?? place) : place);
  } finally {
    open.close();
  }
}

/** A journal that does not note every namespace of its steps tells nothing of those. */
function unrecorded({ namespaces = [], steps, sets = [] }: RunState): Place | undefined {
  const known = new Set(namespaces.map(({ namespace }) => keyOf(namespace)));
  const namespace = namespacesOf([...steps.map(({ step }) => step), ...sets]).find((one) => !known.has(keyOf(one)));
  return namespace === undefined ? undefined : { kind: 'unknown', namespace };
}

function keyOf(namespace: Namespace): string {
  return `${namespace.kind} ${namespaceLabel(namespace)}`;
}

/** The error for an apply that must not be touched from here. */
export async function elsewhere(
  ports: Pick<Ports, 'kernel' | 'journal'>,
  run: Pick<RunState, 'id' | 'operator'>,
  place: Exclude<Place, { readonly kind: 'here' } | { readonly kind: 'earlier boot' }>,
  command = 'fw recover',
): Promise<FwError> {
  const whose = `the apply ${run.id} of ${run.operator}`;
  const journal = `Journal: ${ports.journal.pathOf(run.id)}.`;
  const forget = `When it is gone for good: fw recover --forget ${run.id}`;
  switch (place.kind) {
    case 'other machine':
      return new FwError('apply.elsewhere', `${whose} was made on another machine, which shares this data folder`, {
        next: `Run ${command} there. ${forget}. ${journal}`,
      });
    case 'other namespace': {
      const name = await nameOf(ports.kernel, place.host);
      const there = name === undefined ? `Run ${command} there` : `Run: ip netns exec ${name} ${command}`;
      return new FwError('apply.elsewhere', `${whose} was made in another network namespace than this one`, {
        next: `${there}. ${forget}. ${journal}`,
      });
    }
    case 'unknown': {
      const what =
        place.namespace === undefined ? 'to which network namespace' : `to which ${labelOf(place.namespace)}`;
      return new FwError('apply.elsewhere', `it cannot be told ${what} ${whose} wrote`, {
        next: `Where you know that it was made here: fw recover --here ${run.id}. ${forget}. ${journal}`,
      });
    }
    default:
      return place satisfies never;
  }
}

/** Where somebody must go to confirm or to bring back an apply that was not made here, in words; undefined where it was. */
export async function whereElse(
  ports: Pick<Ports, 'kernel' | 'journal'>,
  run: RunState,
  command: string,
): Promise<Elsewhere | undefined> {
  return withPlace(ports, run, async (place) => {
    if (place.kind === 'here' || place.kind === 'earlier boot') return undefined;
    const { message, next } = await elsewhere(ports, run, place, command);
    return { what: message, next };
  });
}

function labelOf(namespace: Namespace): string {
  return namespace.kind === 'host' ? 'host' : `namespace ${namespace.name}`;
}

/** The name under /run/netns that a namespace has here. */
async function nameOf(kernel: Ports['kernel'], wanted: NamespaceIdentity): Promise<string | undefined> {
  const names = await kernel.namespaces();
  const open = kernel.openNamespaces(names.map((name) => ({ kind: 'named', name })));
  try {
    const found = await open.identities();
    return names.find((_, index) => {
      const is = found[index];
      return is !== undefined && isSame(wanted, is) === true;
    });
  } catch {
    return undefined;
  } finally {
    open.close();
  }
}
