import { NodeLimit } from '../diagram/node-limit.ts';
import { FALSE } from '../diagram/node-table.ts';
import { flowCondition } from '../flow/flow-condition.ts';
import { askOnlyInside } from '../side/ask-only.ts';
import { boundsOf } from '../side/bounds.ts';
import { RuleReader } from '../side/rule-reader.ts';
import type { Side } from '../side/side.ts';
import { cutsSegments, endsOnItsWay, leavesHopLimit } from '../target-kind.ts';
import type { Firewall } from '../types/firewall.ts';
import type { FlowPattern } from '../types/flow-pattern.ts';
import type { Connections, FlowProof, Path } from '../types/traffic.ts';
import { THIS_HOST } from '../way/alter.ts';
import { SideEvaluation } from '../way/evaluate-side.ts';
import type { Fate } from '../way/outcomes.ts';
import { makeGround, pathModel, wayOfSides } from '../way/path-model.ts';
import { sourceBehindNat } from '../way/source-behind-nat.ts';
import { Attribution, type Decider, type Share } from './attribute.ts';
import { outcomeOf, placeOf, printSet, questionLabels } from './print-set.ts';

export type ProofOptions = { readonly nodes: number };

/** What is asked of each packet of a flow. */
type Question = {
  readonly holds: (fate: Fate, path: Path) => boolean;
  /** Some answers to the open questions are enough. */
  readonly forSomeAnswers?: true;
  /** Of packets of TCP in the middle of a connection that conntrack did not see begin: it calls them NEW or INVALID, and asks nat. */
  readonly unseen?: true;
};

type Prove = (
  firewall: Firewall,
  path: Path,
  connections: Connections,
  pattern: FlowPattern,
  options: ProofOptions,
) => FlowProof;

/** Whether each packet of a flow is accepted, whatever the open questions come to. */
export const proveFlow: Prove = proverOf({ holds: isAccepted });

/** Whether no packet of a flow is accepted or handed to a program, whatever the open questions come to. */
export const proveDenied: Prove = proverOf({
  holds: ({ verdict: { verdict } }) => verdict === 'drop' || verdict === 'reject',
});

/** Whether for each packet of a flow some answers to the open questions let it pass. */
export const proveAllowedIf: Prove = proverOf({ holds: isAccepted, forSomeAnswers: true });

/** Whether each packet of a flow is accepted and gets to the other side: its hops are not cut short, nor its segments. */
export const proveArrives: Prove = proverOf({ holds: (fate) => isAccepted(fate) && isWhole(fate.rewritten) });

/** The same of messages of neighbour discovery, which a neighbour takes only with a hop limit of 255; some answers are enough. */
export const proveFound: Prove = proverOf({
  holds: (fate) => isAccepted(fate) && keepsHopLimit(fate.rewritten),
  forSomeAnswers: true,
});

/** Whether a connection of TCP that runs goes on where conntrack begins to look at it: accepted, and not translated. */
export const proveUnseen: Prove = proverOf({
  holds: (fate, path) => isAccepted(fate) && keepsAddresses(fate.verdict, path),
  unseen: true,
});

/**
 * Whether its answers are not translated. One that is dropped as NEW is sent again, and passes as soon as the other side has sent a packet; what nat
 * made of it stays (test/kernel/lockout.test.ts).
 */
export const proveUnseenAnswers: Prove = proverOf({
  holds: (fate, path) => keepsAddresses(fate.verdict, path),
  unseen: true,
});

type Asked = {
  readonly firewall: Firewall;
  readonly path: Path;
  readonly connections: Connections;
  readonly pattern: FlowPattern;
  readonly options: ProofOptions;
};

function proverOf(question: Question): Prove {
  return (firewall, path, connections, pattern, options) => {
    try {
      return evaluate({ firewall, path, connections, pattern, options }, question);
    } catch (error) {
      if (!(error instanceof NodeLimit)) throw error;
      return { kind: 'not-judged', because: `it takes more than ${error.nodes} nodes` };
    }
  };
}

function evaluate({ firewall, path, connections, pattern, options }: Asked, question: Question): FlowProof {
  const { reader, side } = readOnce(firewall);
  const source = sourceBehindNat([side], path);
  if (source !== undefined) return { kind: 'not-judged', because: source };
  const condition = reader.resolve(firewall, flowCondition(pattern, firewall.family));
  askOnlyInside(side, wayOfSides([side], path), boundsOf({ conditions: [condition] }, firewall.family));
  const ground = makeGround([side], [path], (seen) => seen.add(condition, firewall.family));
  if (ground === undefined) return { kind: 'not-judged', because: 'chains call each other in a circle' };
  const { model, scope: scopeOf, unseen } = pathModel(ground, path, connections);
  const { matches } = model;
  const { diagram } = matches.space;
  diagram.allow(options.nodes);
  const scope = question.unseen === true ? unseen() : scopeOf(connections);
  const set = diagram.and(matches.set(condition, matches.untouched), scope);
  if (set === FALSE) {
    if (question.unseen === true) return { kind: 'proved', by: [] };
    return { kind: 'not-judged', because: 'no packet that comes this way is of the flow' };
  }
  const holds = (fate: Fate) => question.holds(fate, path);
  const fates = new SideEvaluation(model, side).run(set).entries();
  const passing = diagram.union(fates.filter(({ fate }) => holds(fate)).map((one) => one.set));
  const met = question.forSomeAnswers === true ? diagram.forget(passing, matches.space.answers()) : passing;
  const failing = diagram.minus(set, met);
  const shares = new Attribution(model, side, failing === FALSE ? set : failing).run();
  if (failing === FALSE) {
    const by = new Set(shares.flatMap(({ deciders }) => [...deciders.keys()]));
    return { kind: 'proved', by: [...by].map(placeOf) };
  }
  const [share, decider, part] = firstFailing(shares, holds);
  const labels = questionLabels([side]);
  const shown = printSet({ space: matches.space, scope }, part, connections, labels);
  const others = shares.reduce((sum, { deciders }) => sum + deciders.size, -1);
  const outcome = outcomeOf(share.fate.verdict, [decider]);
  const detail = outcome.verdict === 'accept' ? harmOf(share.fate.rewritten) : undefined;
  return {
    kind: 'not-proved',
    flows: shown.flows,
    more: shown.more + others,
    outcome: detail === undefined ? outcome : { ...outcome, detail },
  };
}

type Read = { readonly reader: RuleReader; readonly side: Side };

const known = new WeakMap<Firewall, Read>();

/** Many flows are asked about one firewall, which never changes. */
function readOnce(firewall: Firewall): Read {
  const found = known.get(firewall);
  if (found !== undefined) return found;
  const reader = new RuleReader([firewall]);
  const read = { reader, side: reader.read(firewall) };
  known.set(firewall, read);
  return read;
}

function firstFailing(shares: readonly Share[], holds: (fate: Fate) => boolean): readonly [Share, Decider, number] {
  const ordered = [...shares.filter(({ fate }) => !holds(fate)), ...shares];
  for (const share of ordered) {
    for (const [decider, part] of share.deciders) return [share, decider, part];
  }
  throw new Error('packets without a decision');
}

function isAccepted({ verdict: { verdict } }: Fate): boolean {
  return verdict === 'accept';
}

/** MASQUERADE gives what this host sends the address of the interface, which is taken to be the one that the other side knows. */
function keepsAddresses({ to, from }: Fate['verdict'], path: Path): boolean {
  return to === undefined && (from === undefined || (path === 'OUTPUT' && from === THIS_HOST));
}

function isWhole(rewritten: Fate['rewritten']): boolean {
  return harmOf(rewritten) === undefined;
}

function harmOf({ ttl, 'tcp options': options }: Fate['rewritten']): string | undefined {
  return writtenBy(ttl).find(endsOnItsWay)?.text ?? writtenBy(options).find(cutsSegments)?.text;
}

function keepsHopLimit({ ttl }: Fate['rewritten']): boolean {
  return writtenBy(ttl).every(({ options }) => leavesHopLimit(options));
}

/** The targets that wrote over one thing, first to last, as `alter` joins them. */
function writtenBy(text: string | undefined) {
  return (text?.split('; ') ?? []).map((one) => {
    const [name = '', ...options] = one.split(' ');
    return { name, options, text: one };
  });
}
