import { tableSteps } from '../plan/in-order.ts';
import { TABLES } from '../rules/builtin.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family, Ruleset, Table } from '../rules/types.ts';
import { declaredTable } from '../traffic/live-before.ts';
import type { LiveNamespace } from '../traffic/live-namespace.ts';
import type { PlanFile } from './types.ts';

/**
 * The namespaces of a plan file as far as it proves what was live in them: the tables that it changes as a whole, of all others what is declared of
 * them, which an apply compares with the kernel. Nothing is kept in the file for this, so nothing could be forged. What sets hold is not known.
 */
export function liveOfFile({ plan, namespaces }: PlanFile): readonly LiveNamespace[] {
  const others = new Map(plan.namespaces.map(({ namespace, alsoHeldBy }) => [namespaceLabel(namespace), alsoHeldBy]));
  return namespaces.map((kept): LiveNamespace => {
    const { namespace, backend } = kept;
    const label = namespaceLabel(namespace);
    const steps = tableSteps(plan).filter((step) => namespaceLabel(step.namespace) === label);
    const ruleset = (family: Family): Ruleset => ({
      family,
      tables: TABLES.flatMap((name): readonly Table[] => {
        const step = steps.find((one) => one.family === family && one.table === name);
        if (step !== undefined) return step.before === undefined ? [] : [step.before];
        const table = declaredTable(kept, family, name);
        return table === undefined ? [] : [table];
      }),
    });
    const backendBeside = others.get(label);
    return {
      namespace,
      backend,
      rulesets: { ipv4: ruleset('ipv4'), ipv6: ruleset('ipv6') },
      hidden: [],
      sets: [],
      ...(backendBeside === undefined ? {} : { other: { backend: backendBeside } }),
    };
  });
}
