import type { PlannedTest, Promises } from '../../core/desired/types.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { ruleName } from '../../core/flow-tests/explain.ts';
import { judgeTests } from '../../core/flow-tests/judge-tests.ts';
import { neededMessages } from '../../core/flow-tests/needed-messages.ts';
import { neededNeighbours } from '../../core/flow-tests/needed-neighbours.ts';
import { PROVERS } from '../../core/flow-tests/provers.ts';
import { testedFirewalls } from '../../core/flow-tests/tested-firewalls.ts';
import type { TestResult } from '../../core/flow-tests/types.ts';
import { warnSessionTooBig } from '../../core/guards/lost-too-big.ts';
import { TOO_BIG } from '../../core/guards/too-big.ts';
import { LIMITS } from '../../core/limits.ts';
import type { SshConnection } from '../../core/packets/ssh-connection.ts';
import { hasChanges } from '../../core/plan/count-changes.ts';
import { untouchedTables } from '../../core/plan/standing-tables.ts';
import type { Plan } from '../../core/plan/types.ts';
import type { LiveNamespace } from '../../core/traffic/live-namespace.ts';

type Planned = Promises & {
  readonly plan: Plan;
  readonly live: readonly LiveNamespace[];
};

/** Messages of path MTU discovery that the SSH session, or a flow that must get through, does not get after a plan, and neighbours that such a flow may lose. */
export async function warnMessages(
  session: () => Promise<SshConnection | undefined>,
  { plan, live, reachable = [] }: Planned,
): Promise<readonly Diagnostic[]> {
  if (!hasChanges(plan)) return [];
  const ssh = await session();
  const [messages, neighbours] = [neededMessages(reachable), neededNeighbours(reachable)];
  const asked = messages.length + neighbours.length === 0 ? [] : testedFirewalls(plan, live, undefined);
  const judge = (tests: readonly PlannedTest[]) =>
    judgeTests(tests, asked, { provers: PROVERS, nodes: LIMITS.proofNodes.most });
  return [
    ...warnSessionTooBig(plan, untouchedTables(live, plan), ssh),
    ...judge(messages).flatMap(warnFlow),
    ...firstOfEach(judge(neighbours)).flatMap(warnNeighbours),
  ];
}

/** Of a flow the first message that is stopped: the same rule stops the others, as a rule. */
function firstOfEach(results: readonly TestResult[]): readonly TestResult[] {
  const failing = results.filter(({ result }) => result.kind === 'fails');
  return failing.filter(({ test }, at) => failing.findIndex((one) => one.test === test) === at);
}

function warnNeighbours({ name, flow, path, namespaces, origin, result }: TestResult): readonly Diagnostic[] {
  if (result.kind !== 'fails') return [];
  const way = path === 'INPUT' ? 'to this host' : 'from this host';
  const by = `${ruleName(result.outcome.by)} in ${namespaces.join(', ')}`;
  return [
    {
      severity: 'warning',
      code: 'live.neighbours',
      message: `The flow ${name}, which must get through (${origin}), may not find its neighbours: ${flow}, ${way}, is stopped by ${by}`,
      hint: 'Accept ICMPv6 `neighbour-solicitation` and `neighbour-advertisement` both ways on its links: a neighbour is asked for its hardware address before it gets a packet.',
    },
  ];
}

function warnFlow({ name, families, namespaces, origin, result }: TestResult): readonly Diagnostic[] {
  if (result.kind !== 'fails') return [];
  return families.map((family): Diagnostic => {
    const { what, hint } = TOO_BIG[family];
    const by = `${ruleName(result.outcome.by)} in ${namespaces.join(', ')}`;
    return {
      severity: 'warning',
      code: 'live.path-mtu',
      message: `The flow ${name}, which must get through (${origin}), loses ${what}: they are stopped by ${by}`,
      hint,
    };
  });
}
