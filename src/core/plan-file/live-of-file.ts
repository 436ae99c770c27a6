import { setSteps } from '../plan/in-order.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { declaredTable, rulesetsBefore } from '../traffic/live-before.ts';
import type { LiveNamespace } from '../traffic/live-namespace.ts';
import { setsOfFile } from './sets-of-file.ts';
import type { PlanFile } from './types.ts';

/**
 * The namespaces of a plan file as far as it proves what was live in them: the tables that it changes as a whole, of all others what is declared of
 * them, which an apply compares with the kernel. Nothing is kept in the file for this, so nothing could be forged. Of sets it is known what those hold that the plan changes.
 */
export function liveOfFile({ plan, namespaces }: PlanFile): readonly LiveNamespace[] {
  const others = new Map(plan.namespaces.map(({ namespace, alsoHeldBy }) => [namespaceLabel(namespace), alsoHeldBy]));
  return namespaces.map((kept): LiveNamespace => {
    const { namespace, backend } = kept;
    const label = namespaceLabel(namespace);
    const backendBeside = others.get(label);
    return {
      namespace,
      backend,
      rulesets: rulesetsBefore(plan, namespace, (family, name) => declaredTable(kept, family, name)),
      hidden: [],
      sets: setsOfFile(
        kept,
        setSteps(plan).filter((step) => namespaceLabel(step.namespace) === label),
      ),
      ...(backendBeside === undefined ? {} : { other: { backend: backendBeside } }),
    };
  });
}
