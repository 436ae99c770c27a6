import type { Span } from '../diagnostics/span.ts';
import type { Origin } from '../diff/types.ts';
import { usesConntrack } from '../packets/tracking.ts';
import type { Firewall } from '../packets/types/firewall.ts';
import type { Plan } from '../plan/types.ts';
import { ruleTexts } from '../rule-text/rule-texts.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Family, Table } from '../rules/types.ts';
import { everyFirewall } from '../traffic/firewalls-of-plan.ts';
import type { LiveNamespace } from '../traffic/live-namespace.ts';
import { originsOf } from '../traffic/rule-origins.ts';
import type { TestedFirewall } from './types.ts';

const UNTRACKED = / -j (?:NOTRACK|CT --notrack)(?: |$)/;

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
      ...('before' in sides && beginsTracking(sides) ? { beginsTracking: true as const } : {}),
      find: originsOf(plan, label, family, originOf),
      setNames: new Map(own.flatMap((one) => setNames(one, family))),
    };
  });
}

/** Whether rules make conntrack look where none did before, or where those of raw kept it from some. */
function beginsTracking({ before, after }: { readonly before: Firewall; readonly after: Firewall }): boolean {
  if (!after.tables.some(usesConntrack)) return false;
  if (!before.tables.some(usesConntrack)) return true;
  const raw = ({ tables }: Firewall) => tables.filter(({ name }) => name === 'raw');
  if (!ruleTexts(raw(before)).some((text) => UNTRACKED.test(text))) return false;
  const [was, is] = [before, after].map((side) => JSON.stringify(raw(side).map(rulesByChain)));
  return was !== is;
}

function rulesByChain({ chains }: Table) {
  return chains.map(({ name, rules }) => [name, rules.map(({ text }) => text)]);
}

/** A set of addresses is two in the kernel, one for each family. */
function setNames({ sets }: LiveNamespace, family: Family): readonly (readonly [declared: string, name: string])[] {
  return sets.flatMap(({ name, desired, live }) => {
    const header = desired?.header ?? live?.header ?? '';
    const other = family === 'ipv4' ? / family inet6(?: |$)/ : / family inet(?: |$)/;
    return desired === undefined || other.test(header) ? [] : [[desired.declared, name] as const];
  });
}
