import { probeLabel } from '../desired/probe-label.ts';
import type { PlannedCheck } from '../desired/types.ts';
import { isSentElsewhere } from '../packets/traffic/sent-elsewhere.ts';
import type { Flow, PathTraffic, Region, Traffic } from '../packets/types/traffic.ts';
import { hasChanges } from '../plan/count-changes.ts';
import { tableSteps } from '../plan/in-order.ts';
import type { Plan, TableStep } from '../plan/types.ts';
import { placeAddress } from '../plan/view/list-changes.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import { sideEffect } from './side-effect.ts';
import type { JudgedChange, PlanClass } from './types.ts';

/** Changes of each class that are named; the rest is counted. */
const NAMED = 10;

/**
 * The class of a plan, by what it does to packets and not by the text of its rules. What is not proved exactly is `any`, and so is a command among its checks, which runs as root
 * and can do anything. Undefined for a plan without changes, which runs no check.
 */
export function classOfPlan(
  plan: Pick<Plan, 'steps'>,
  checks: readonly Pick<PlannedCheck, 'probe'>[],
  traffic: readonly Traffic[],
): PlanClass | undefined {
  if (!hasChanges(plan)) return undefined;
  const changes = judgedChanges(plan, checks, traffic);
  const classes = [...new Set(changes.map((change) => change.class))];
  const [only = 'no-effect', ...others] = classes;
  const counts = { any: 0, closes: 0, opens: 0 };
  for (const change of changes) counts[change.class] += 1;
  const over = (['any', 'closes', 'opens'] as const).flatMap((name) =>
    changes.filter((change) => change.class === name).slice(0, NAMED),
  );
  return { class: others.length > 0 ? 'any' : only, counts, over };
}

/** Everything that a plan does to packets, and what may be more than that. */
function judgedChanges(
  plan: Pick<Plan, 'steps'>,
  checks: readonly Pick<PlannedCheck, 'probe'>[],
  traffic: readonly Traffic[],
): readonly JudgedChange[] {
  const compared = new Set<string>();
  const found: JudgedChange[] = [];
  for (const { namespaces, paths, supposing } of traffic) {
    for (const name of namespaces) for (const { family } of paths) compared.add(`${name} ${family}`);
    const [namespace = ''] = namespaces;
    found.push(...paths.flatMap((path) => judgePath(path, namespace)));
    if (supposing !== undefined && supposing !== 'untouched-as-declared') {
      found.push({ address: namespace, class: 'any', why: 'what is live is not known' });
    }
  }
  for (const step of tableSteps(plan)) {
    const why = compared.has(`${namespaceLabel(step.namespace)} ${step.family}`) ? sideEffect(step) : UNKNOWN;
    if (why !== undefined) found.push({ address: addressOf(step), class: 'any', why });
  }
  for (const { probe } of checks) {
    if (probe.kind === 'command')
      found.push({ address: `check ${probeLabel(probe)}`, class: 'any', why: 'it runs a program as root' });
  }
  return found;
}

const UNKNOWN = 'what it does to packets is not judged';

function addressOf({ namespace, family, table }: TableStep): string {
  return `${namespaceLabel(namespace)}/${family}/${table}`;
}

function judgePath(traffic: PathTraffic, namespace: string): readonly JudgedChange[] {
  const { family, path, connections, claim, regions, noEffect, restUnchanged = noEffect } = traffic;
  const address = `${namespace}/${family}/${path}`;
  const any = (why: string): JudgedChange => ({ address, class: 'any', why: `${why}, ${connections} connections` });
  if (claim.kind === 'not-judged') return [any(`it is not judged, because ${claim.because}`)];
  if (claim.kind === 'at-most') return [any(`what changes is not told exactly within ${claim.nodes} nodes`)];
  const judged = regions.map((region) => judgeRegion(region, { namespace, family, connections }));
  return restUnchanged
    ? judged
    : [...judged, any('it changes more than verdicts: what packets leave with, rates, or what rules remember')];
}

const WORDS = { opened: 'opens', closed: 'closes', other: 'any' } as const;

function judgeRegion(
  { effect: found, rule, flows, more, was, will }: Region,
  { namespace, family, connections }: { readonly namespace: string } & Pick<PathTraffic, 'family' | 'connections'>,
): JudgedChange {
  const isElsewhere = isSentElsewhere(connections, was, will);
  const effect = isElsewhere ? 'opened' : found;
  const chain = placeAddress({ namespace, family, table: rule.table, chain: rule.chain });
  const place = rule.number === undefined ? 'policy' : `${rule.side === 'before' ? '-' : ''}${rule.number}`;
  const others = flows.length - 1 + more;
  const what = `${flowText(flows[0])}${others > 0 ? ` and ${others} more` : ''}`;
  const verb = isElsewhere
    ? 'sends elsewhere'
    : effect === 'opened'
      ? 'opens'
      : effect === 'closed'
        ? 'closes'
        : 'changes what becomes of';
  return {
    address: `${chain}#${place}`,
    class: WORDS[effect],
    why: `it ${verb} ${what}${connections === 'running' ? ' of running connections' : ''}`,
  };
}

/** A flow in one line, shorter than it is shown with a plan. */
function flowText(flow: Flow = {}): string {
  const { protocol = ['any'], source = ['any'], destination = [], destinationPorts = [] } = flow;
  const to = [
    ...(destination.length === 0 ? [] : [destination.join(',')]),
    ...(destinationPorts.length === 0 ? [] : [`port ${destinationPorts.join(',')}`]),
  ];
  return `${protocol.join(',')} ${source.join(',')} -> ${to.length === 0 ? 'any' : to.join(' ')}`;
}
