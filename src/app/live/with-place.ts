import { FwError } from '../../core/diagnostics/errors.ts';
import { type Place, placeOfRun } from '../../core/identity/place-of-run.ts';
import type { RunState } from '../../core/journal/run-state.ts';
import type { Elsewhere } from '../../core/report/status-document.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import type { Ports } from '../../ports/ports.ts';
import { namespacesOf } from './bind-namespaces.ts';
import { nameOfNamespace } from './name-of-namespace.ts';

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
function unrecorded({ namespaces = [], steps }: RunState): Place | undefined {
  const known = new Set(namespaces.map(({ namespace }) => keyOf(namespace)));
  const namespace = namespacesOf(steps).find((one) => !known.has(keyOf(one)));
  return namespace === undefined ? undefined : { kind: 'unknown', namespace };
}

function keyOf(namespace: Namespace): string {
  return `${namespace.kind} ${namespaceLabel(namespace)}`;
}

/** What a command wants of an apply: that it comes back; and of one that waits, that it stays, that it goes back at once, or one of both. */
export type Wish = 'recover' | 'confirm' | 'reject' | 'decide';

function commandsFor(wish: Wish, id: string): readonly string[] {
  const [keep, takeBack] = [`fw confirm ${id}`, 'fw confirm --reject'];
  return { recover: ['fw recover'], confirm: [keep], reject: [takeBack], decide: [keep, takeBack] }[wish];
}

/** The error for an apply that must not be touched from here. Its advice works where it says that it does. */
export async function elsewhere(
  ports: Pick<Ports, 'kernel' | 'journal' | 'watchdog'>,
  run: Pick<RunState, 'id' | 'operator'>,
  place: Exclude<Place, { readonly kind: 'here' } | { readonly kind: 'earlier boot' }>,
  wish: Wish = 'recover',
): Promise<FwError> {
  const whose = `the apply ${run.id} of ${run.operator}`;
  const journal = `Journal: ${ports.journal.pathOf(run.id)}.`;
  // `fw recover --forget` refuses it while the watchdog lives.
  const isWatched = place.kind !== 'other machine' && (await ports.watchdog.isAlive(run.id));
  const forget = `fw recover --forget ${run.id}`;
  const end = isWatched ? 'Its watchdog is there and takes it back in time' : `When it is gone for good: ${forget}`;
  const commands = commandsFor(wish, run.id);
  switch (place.kind) {
    case 'other machine':
      return new FwError('apply.elsewhere', `${whose} was made on another machine, which shares this data folder`, {
        next: `Run ${commands.join(' or ')} there. ${end}. ${journal}`,
      });
    case 'other namespace': {
      const name = await nameOfNamespace(ports.kernel, place.host);
      const there =
        name === undefined
          ? `Run ${commands.join(' or ')} there`
          : `Run: ${commands.map((command) => `ip netns exec ${name} ${command}`).join('  or  ')}`;
      return new FwError('apply.elsewhere', `${whose} was made in another network namespace than this one`, {
        next: `${there}. ${end}. ${journal}`,
      });
    }
    case 'unknown': {
      const what =
        place.namespace === undefined ? 'to which network namespace' : `to which ${labelOf(place.namespace)}`;
      // What waits is no matter of `fw recover` before its time is over.
      const since = wish === 'recover' ? 'Where you know' : 'Wait until its time is over. Then, where you know';
      return new FwError('apply.elsewhere', `it cannot be told ${what} ${whose} wrote`, {
        next: `${since} that it was made here: fw recover --here ${run.id}. When it is gone for good${isWatched ? ', and its watchdog too' : ''}: ${forget}. ${journal}`,
      });
    }
    default:
      return place satisfies never;
  }
}

/** Where the user must go with an apply that was not made here, in words; undefined where it was. */
export async function whereElse(
  ports: Pick<Ports, 'kernel' | 'journal' | 'watchdog'>,
  run: RunState,
  wish: Wish,
): Promise<Elsewhere | undefined> {
  return withPlace(ports, run, async (place) => {
    if (place.kind === 'here' || place.kind === 'earlier boot') return undefined;
    const { message, next } = await elsewhere(ports, run, place, wish);
    return { what: message, next };
  });
}

function labelOf(namespace: Namespace): string {
  return namespace.kind === 'host' ? 'host' : `namespace ${namespace.name}`;
}
