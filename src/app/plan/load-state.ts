import type { DesiredNamespace, DesiredState } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { otherStates } from '../../core/generation/states/other-states.ts';
import type { FoundState } from '../../core/generation/states/which-state.ts';
import type { NumberedGeneration } from '../../core/generation/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { isNamespaceSelected } from '../../core/selection/is-selected.ts';
import type { Selection } from '../../core/selection/types.ts';
import { guessNamespaces } from '../../core/state/merge/guess-namespaces.ts';
import type { Ports, StateFile } from '../../ports/ports.ts';
import type { LiveSource } from '../live/live-source.ts';
import { loadDesired } from '../state/load-desired.ts';
import type { GivenValues } from '../state/load-values.ts';
import { checkClaims, findState } from './find-state.ts';

/** Which state, and what of it. */
export type StateOptions = {
  /** Path as it was typed. */
  readonly state: string;
  /** Name of the state, where the command line gives one. */
  readonly stateName?: string | undefined;
  readonly allowEmpty: boolean;
  /** The part of the state that the run is about. */
  readonly selection: Selection;
  /** Values from the command line. */
  readonly given?: GivenValues;
};

/** The state that a plan is about, beside the others of the data folder. */
export type LoadedState = {
  readonly desired: DesiredState;
  /** Those of its namespaces that the plan is about. */
  readonly chosen: readonly DesiredNamespace[];
  readonly sources: Sources;
  /** Warnings, and errors that are told together with those of the kernel. */
  readonly diagnostics: readonly Diagnostic[];
  readonly identity: FoundState;
  readonly others: ReturnType<typeof otherStates>;
  readonly newest: NumberedGeneration | undefined;
  /** Names of the network namespaces there are. */
  readonly existing: readonly string[];
};

/** Reads the state; the prefetch gets those of its namespaces that will probably be asked for, before all of it is read. */
export async function loadState(
  ports: Ports,
  options: StateOptions,
  source: LiveSource,
  prefetch: (namespaces: readonly string[]) => Promise<void>,
): Promise<LoadedState> {
  const { selection } = options;
  const [existing, odd] = await Promise.all([source.namespaces(), source.oddNamespaces()]);
  const prefetchOf = (files: readonly StateFile[]) =>
    prefetch(guessNamespaces(options.state, files, existing).filter((name) => isNamespaceSelected(selection, name)));
  const { desired, sources, diagnostics } = await loadDesired(ports, {
    path: options.state,
    allowEmpty: options.allowEmpty,
    existing,
    about: { odd, remedy: source.remedy },
    found: (paths) => prefetchOf(paths.flatMap((path) => (path.endsWith('.rules') ? [{ path, text: '' }] : []))),
    begun: prefetchOf,
    turn: ports.clock.turn,
    ...(options.given === undefined ? {} : { given: options.given }),
  });
  const chosen = desired.namespaces.filter(({ namespace }) =>
    isNamespaceSelected(selection, namespaceLabel(namespace)),
  );
  if (chosen.length === 0 && desired.namespaces.length > 0) {
    throw new FwError('usage', 'the selection leaves no namespace of the state', {
      next: 'See --namespace, --target and --exclude.',
    });
  }
  const newest = await source.newest();
  const identity = await findState(ports, options, desired, newest?.generation, sources);
  checkClaims(chosen, selection, identity, sources);
  const others = otherStates(identity.others);
  return { desired, chosen, sources, diagnostics, identity, others, newest, existing };
}
