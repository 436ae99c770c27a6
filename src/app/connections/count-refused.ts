import { countConnections } from '../../core/connections/count-connections.ts';
import { addressesOf } from '../../core/connections/find-ways.ts';
import type { MayRefuse } from '../../core/connections/judge-connection.ts';
import { parseConnections } from '../../core/connections/parse-connections.ts';
import type { ConnectionCount } from '../../core/connections/types.ts';
import type { PathTraffic, Traffic } from '../../core/packets/types/traffic.ts';
import type { Plan } from '../../core/plan/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { type FirewallPair, firewallsOfPlan } from '../../core/traffic/firewalls-of-plan.ts';
import type { LiveNamespace } from '../../core/traffic/live-namespace.ts';
import type { Ports, Ran } from '../../ports/ports.ts';

type Planned = {
  readonly plan: Plan;
  readonly live: readonly LiveNamespace[];
  readonly traffic: () => readonly Traffic[];
};

/** The families of namespaces in which a plan may refuse what passed, and which packets. */
type Asked = FirewallPair & { readonly mayRefuse: MayRefuse };

/**
 * The connections of the real conntrack table that a plan refuses. Asked only where it may take something away, by what is proved of its traffic. Never throws: where it is not
 * known, why is told.
 */
export async function countRefused(
  { conntrack }: Pick<Ports, 'conntrack'>,
  { plan, live, traffic }: Planned,
): Promise<readonly ConnectionCount[]> {
  const asked = askedOf(firewallsOfPlan(plan, live), traffic());
  const known = asked.filter(({ sides }) => !('unknown' in sides));
  const listed = new Map(conntrack.list(known).map((ran, at) => [known[at], ran]));
  const counts: ConnectionCount[] = [];
  for (const one of asked)
    counts.push({ ...placeOf(one), found: await countOf(conntrack, one, await listed.get(one)) });
  return counts;
}

function placeOf({ namespace, family }: Asked): Pick<ConnectionCount, 'namespace' | 'family'> {
  return { namespace, family };
}

async function countOf(
  conntrack: Ports['conntrack'],
  { namespace, family, sides, mayRefuse }: Asked,
  ran: Ran | undefined,
): Promise<ConnectionCount['found']> {
  if ('unknown' in sides) return { kind: 'unknown', because: sides.unknown };
  if (ran === undefined || ran.exitCode !== 0) return { kind: 'unknown', because: whyNot(ran) };
  try {
    const parsed = parseConnections(ran.stdout);
    const routes = await conntrack.routes({ namespace, family }, addressesOf(parsed.connections));
    return countConnections(sides, parsed, { routes, mayRefuse });
  } catch (error) {
    return { kind: 'unknown', because: error instanceof Error ? error.message : String(error) };
  }
}

export function whyNot(ran: Ran | undefined): string {
  if (ran?.problem === 'missing') return 'the program conntrack is not installed';
  return `conntrack -L failed: ${ran?.stderr.trim().split('\n').at(-1) ?? ''}`;
}

function askedOf(pairs: readonly FirewallPair[], traffic: readonly Traffic[]): readonly Asked[] {
  return pairs.flatMap((pair) => {
    const label = namespaceLabel(pair.namespace);
    const paths = traffic
      .filter(({ namespaces }) => namespaces.includes(label))
      .flatMap((one) => one.paths.filter(({ family }) => family === pair.family));
    const may = (connections: PathTraffic['connections']) =>
      paths.some((path) => path.connections === connections && takesAway(path));
    const mayRefuse = { new: may('new'), running: may('running') };
    return mayRefuse.new || mayRefuse.running ? [{ ...pair, mayRefuse }] : [];
  });
}

/** Whether something that was allowed may be no more. */
function takesAway({ claim, regions }: PathTraffic): boolean {
  return claim.kind !== 'exact' || regions.some(({ effect }) => effect !== 'opened');
}
