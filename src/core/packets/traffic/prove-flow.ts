import { NodeLimit } from '../diagram/node-limit.ts';
import { FALSE } from '../diagram/node-table.ts';
import { flowCondition } from '../flow/flow-condition.ts';
import { askOnlyInside } from '../side/ask-only.ts';
import { boundsOf } from '../side/bounds.ts';
import { RuleReader } from '../side/rule-reader.ts';
import type { Side } from '../side/side.ts';
import type { Firewall } from '../types/firewall.ts';
import type { FlowPattern } from '../types/flow-pattern.ts';
import type { Connections, FlowProof, Path } from '../types/traffic.ts';
import { SideEvaluation } from '../way/evaluate-side.ts';
import type { Fate } from '../way/outcomes.ts';
import { makeGround, pathModel, wayOfSides } from '../way/path-model.ts';
import { sourceBehindNat } from '../way/source-behind-nat.ts';
import { Attribution, type Decider, type Share } from './attribute.ts';
import { outcomeOf, placeOf, printSet, questionLabels } from './print-set.ts';

export type ProofOptions = {
  readonly nodes: number;
  /** Also the packets of a running connection that conntrack did not see begin: it may call them NEW or INVALID, and ask nat. */
  readonly unseen?: true;
  /** A packet that passes has to leave as it came, without another address, TTL or hop limit: one of a connection that runs. */
  readonly unchanged?: true;
};

/** Whether each packet of a flow is accepted, whatever the open questions come to. */
export function proveFlow(
  firewall: Firewall,
  path: Path,
  connections: Connections,
  pattern: FlowPattern,
  options: ProofOptions,
): FlowProof {
  const holds = ({ verdict, rewritten }: Fate) =>
    verdict.verdict === 'accept' && (options.unchanged !== true || isUnchanged(verdict, rewritten));
  return prove({ firewall, path, connections, pattern, options }, holds, false);
}

/** Whether no packet of a flow is accepted or handed to a program, whatever the open questions come to. */
export function proveDenied(
  firewall: Firewall,
  path: Path,
  connections: Connections,
  pattern: FlowPattern,
  options: ProofOptions,
): FlowProof {
  const holds = ({ verdict: { verdict } }: Fate) => verdict === 'drop' || verdict === 'reject';
  return prove({ firewall, path, connections, pattern, options }, holds, false);
}

/** Whether for each packet of a flow some answers to the open questions let it pass. */
export function proveAllowedIf(
  firewall: Firewall,
  path: Path,
  connections: Connections,
  pattern: FlowPattern,
  options: ProofOptions,
): FlowProof {
  return prove(
    { firewall, path, connections, pattern, options },
    ({ verdict: { verdict } }) => verdict === 'accept',
    true,
  );
}

type Asked = {
  readonly firewall: Firewall;
  readonly path: Path;
  readonly connections: Connections;
  readonly pattern: FlowPattern;
  readonly options: ProofOptions;
};

function prove(asked: Asked, holds: (fate: Fate) => boolean, forSomeAnswers: boolean): FlowProof {
  try {
    return evaluate(asked, holds, forSomeAnswers);
  } catch (error) {
    if (!(error instanceof NodeLimit)) throw error;
    return { kind: 'not-judged', because: `it takes more than ${error.nodes} nodes` };
  }
}

function evaluate(
  { firewall, path, connections, pattern, options }: Asked,
  holds: (fate: Fate) => boolean,
  forSomeAnswers: boolean,
): FlowProof {
  const { reader, side } = readOnce(firewall);
  const source = sourceBehindNat([side], path);
  if (source !== undefined) return { kind: 'not-judged', because: source };
  const condition = reader.resolve(firewall, flowCondition(pattern, firewall.family));
  askOnlyInside(side, wayOfSides([side], path), boundsOf({ conditions: [condition] }, firewall.family));
  const ground = makeGround([side], [path], (seen) => seen.add(condition, firewall.family));
  if (ground === undefined) return { kind: 'not-judged', because: 'chains call each other in a circle' };
  const { model, scope: scopeOf, unseen } = pathModel(ground, path, connections);
  const scope = scopeOf(connections);
  const { matches } = model;
  const { diagram } = matches.space;
  diagram.allow(options.nodes);
  const inScope = options.unseen === true ? diagram.or(scope, unseen()) : scope;
  const set = diagram.and(matches.set(condition, matches.untouched), inScope);
  if (set === FALSE) return { kind: 'not-judged', because: 'no packet that comes this way is of the flow' };
  const fates = new SideEvaluation(model, side).run(set).entries();
  const passing = diagram.union(fates.filter(({ fate }) => holds(fate)).map((one) => one.set));
  const met = forSomeAnswers ? diagram.forget(passing, matches.space.answers()) : passing;
  const failing = diagram.minus(set, met);
  const shares = new Attribution(model, side, failing === FALSE ? set : failing).run();
  if (failing === FALSE) {
    const by = new Set(shares.flatMap(({ deciders }) => [...deciders.keys()]));
    return { kind: 'proved', by: [...by].map(placeOf) };
  }
  const [share, decider, part] = firstFailing(shares, holds);
  const labels = questionLabels([side]);
  const shown = printSet({ space: matches.space, scope: inScope }, part, connections, labels);
  const others = shares.reduce((sum, { deciders }) => sum + deciders.size, -1);
  const outcome = outcomeOf(share.fate.verdict, [decider]);
  const detail = outcome.verdict === 'accept' ? Object.values(share.fate.rewritten).join(', ') : '';
  return {
    kind: 'not-proved',
    flows: shown.flows,
    more: shown.more + others,
    outcome: detail === '' || options.unchanged !== true ? outcome : { ...outcome, detail },
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

function isUnchanged(verdict: Fate['verdict'], rewritten: Fate['rewritten']): boolean {
  return verdict.to === undefined && verdict.from === undefined && !('ttl' in rewritten);
}
