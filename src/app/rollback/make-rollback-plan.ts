import type { PlannedCheck, Promises } from '../../core/desired/types.ts';
import { type Diagnostic, hasErrors } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { emptyNamespaces } from '../../core/generation/empty-namespaces.ts';
import type { PlannedStates } from '../../core/generation/states/planned-states.ts';
import type { WantedNamespace } from '../../core/generation/states/wanted-namespaces.ts';
import type { KeptState } from '../../core/generation/types.ts';
import type { SeenBefore } from '../../core/identity/find-made-anew.ts';
import { assemble, type NamespaceInput } from '../../core/plan/assemble.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { isSelected } from '../../core/selection/is-selected.ts';
import type { Selection } from '../../core/selection/types.ts';
import { liveNamespaces } from '../../core/traffic/live-namespace.ts';
import { trafficOnce } from '../../core/traffic/traffic-of-plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { readGenerationInputs } from '../generations/read-generation-inputs.ts';
import { withNativeTables } from '../live/with-native-tables.ts';
import type { MadePlan } from '../plan/make-plan.ts';
import { sessionOnce } from '../plan/own-session.ts';
import { warnMessages } from '../plan/warn-messages.ts';
import { lookForAnew } from '../query/look-for-made-anew.ts';
import { checkSetsShown } from '../save-proof/hidden-table.ts';

/**
 * A plan from what is live now to what a generation declared. Its rules are in the kernel's spelling already; rules of others that came
 * since stay.
 */
export async function makeRollbackPlan(
  ports: Ports,
  wanted: {
    /** What is wanted of the kernel. */
    readonly namespaces: readonly WantedNamespace[];
    /** States that stay as they are. */
    readonly others: readonly KeptState[];
    /** What an apply of the plan makes of the states. */
    readonly about: PlannedStates;
    /** Where that was applied. */
    readonly seen?: readonly SeenBefore[];
    /** What else is wanted, which depends on what is live. */
    readonly complete?: (input: NamespaceInput) => NamespaceInput;
  },
  options: {
    readonly context: number;
    readonly label: string;
    /** The part of it that the plan is about. */
    readonly selection?: Selection | undefined;
    /** What must hold after the apply; nothing of a generation. */
    readonly checks?: readonly PlannedCheck[];
    readonly promises?: Promises;
  },
): Promise<MadePlan> {
  const anew = lookForAnew(ports, wanted.seen ?? [], wanted.namespaces);
  const { inputs: read, here, gone, live, warnings } = await readGenerationInputs(ports, wanted, wanted.others);
  const inputs = read.map((input) => wanted.complete?.(input) ?? input);
  const { selection } = options;
  ports.report({ kind: 'phase', phase: 'plan' });
  const {
    plan,
    standing,
    diagnostics,
    warnings: more,
  } = assemble(inputs, {
    context: options.context,
    originOf: () => options.label,
    ...(selection === undefined
      ? {}
      : { isSelected: (namespace, family, table) => isSelected(selection, namespaceLabel(namespace), family, table) }),
  });
  if (hasErrors(diagnostics)) {
    throw new FwError('state.invalid', 'the generation cannot be applied', {
      diagnostics,
      next: 'See fw history for another one, or correct the state and apply it.',
    });
  }
  checkSetsShown(plan, live);
  const around = await withNativeTables(ports.kernel, liveNamespaces(inputs, live), plan);
  const session = sessionOnce(ports);
  return {
    plan,
    sources: new Map(),
    session,
    warnings: [
      ...gone.map(warnGone),
      ...warnings,
      ...diagnostics,
      ...more,
      ...(await warnMessages(session, { plan, live: around, ...options.promises })),
    ],
    standing,
    live: around,
    traffic: trafficOnce(plan, { live: around }),
    // What the rules had matched then is nothing to compare with now.
    namespaces: () => here.map(({ counted, leavingSets, emptied, sharedAgain, ...kept }) => kept),
    about: () => wanted.about,
    emptyDesired: emptyNamespaces(here),
    ...(selection === undefined ? {} : { selection }),
    anew: await anew,
    checks: options.checks ?? [],
    ...options.promises,
  };
}

function warnGone(namespace: Namespace): Diagnostic {
  return {
    severity: 'warning',
    code: 'rollback.namespace-gone',
    message: `the namespace ${namespaceLabel(namespace)} is gone; it is left out`,
  };
}
