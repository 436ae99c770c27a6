import type { DesiredState, PlannedConnections, PlannedFlow, PlannedTest, Promises } from '../../core/desired/types.ts';
import { createLocator } from '../../core/diagnostics/locate.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import { createOrigin } from '../../core/diff/origin.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';

/** What a state promises of packets and connections, as a plan carries it. `isMeant` leaves out namespaces that a run is not about. */
export function plannedPromises(
  { tests, reachable, connections }: Pick<DesiredState, 'tests' | 'reachable' | 'connections'>,
  sources: Sources,
  isMeant: (namespace: string) => boolean = () => true,
): Required<Promises> {
  const originOf = createOrigin(createLocator(sources));
  const chosen = (namespaces: readonly Namespace[]) => namespaces.filter((one) => isMeant(namespaceLabel(one)));
  return {
    tests: tests.flatMap(({ span, expectations, namespaces, ...test }): readonly PlannedTest[] => {
      const own = chosen(namespaces);
      const placed = expectations.map(({ span: at, ...one }) => ({ ...one, origin: originOf(at) }));
      return own.length === 0 ? [] : [{ ...test, namespaces: own, expectations: placed, origin: originOf(span) }];
    }),
    reachable: reachable.flatMap(({ span, namespaces, ...flow }): readonly PlannedFlow[] => {
      const own = chosen(namespaces);
      return own.length === 0 ? [] : [{ ...flow, namespaces: own, origin: originOf(span) }];
    }),
    connections: connections.flatMap(({ value, span, namespaces }): readonly PlannedConnections[] => {
      const own = chosen(namespaces);
      return value === 'keep' || own.length === 0 ? [] : [{ namespaces: own, origin: originOf(span) }];
    }),
  };
}
