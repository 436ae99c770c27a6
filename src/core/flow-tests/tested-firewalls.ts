import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import type { Plan } from '../plan/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family } from '../rules/types.ts';
import { everyFirewall } from '../traffic/firewalls-of-plan.ts';
import type { LiveNamespace } from '../traffic/live-namespace.ts';
import { originsOf } from '../traffic/rule-origins.ts';
import type { TestedFirewall } from './types.ts';

/** What is tested of a plan: the rules after it, of every family of every namespace that it is about. */
export function testedFirewalls(
  plan: Plan,
  live: readonly LiveNamespace[],
  originOf: ((span: Span) => Origin) | undefined,
): readonly TestedFirewall[] {
  return everyFirewall(plan, live).map(({ namespace, family, sides }): TestedFirewall => {
    const label = namespaceLabel(namespace);
    const own = live.filter((one) => namespaceLabel(one.namespace) === label);
    return {
      namespace: label,
      family,
      firewall: 'unknown' in sides ? sides : sides.after,
      find: originsOf(plan, label, family, originOf),
      setNames: new Map(own.flatMap((one) => setNames(one, family))),
    };
  });
}

/** A set of addresses is two in the kernel, one for each family. */
function setNames({ sets }: LiveNamespace, family: Family): readonly (readonly [declared: string, name: string])[] {
  return sets.flatMap(({ name, desired, live }) => {
    const header = desired?.header ?? live?.header ?? '';
    const other = family === 'ipv4' ? / family inet6(?: |$)/ : / family inet(?: |$)/;
    return desired === undefined || other.test(header) ? [] : [[desired.declared, name] as const];
  });
}
