import { probeLabel } from '../desired/probe-label.ts';
import type { PlannedCheck } from '../desired/types.ts';
import type { ChainChange, Line } from '../diff/types.ts';
import { targetRow } from '../extensions/targets.ts';
import { hasChanges } from '../plan/count-changes.ts';
import { setSteps, tableSteps } from '../plan/in-order.ts';
import type { Plan, TableStep } from '../plan/types.ts';
import { placeAddress } from '../plan/view/list-changes.ts';
import { type Match, type SplitRule, splitRule } from '../rule-text/split-rule.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { TableName } from '../rules/types.ts';
import type { SetStep } from '../sets/ipset/types.ts';
import type { Crossing } from './crossings.ts';
import { crossings } from './crossings.ts';
import { comesStateless, staysStateless } from './stateless.ts';
import { onlyLogs, type TableFacts, tableFacts } from './table-facts.ts';
import { type ChangeClass, CLASSES, type JudgedChange, type PlanClass } from './types.ts';

type Judgement = Omit<JudgedChange, 'address'>;

type ChangedLine = Exclude<Line, { kind: 'keep' | 'skip' }>;

type Place = {
  readonly table: TableName;
  readonly facts: TableFacts;
  readonly crossing: (line: Extract<Line, { kind: 'move' }>) => Crossing;
};

const ADDITIVE: Judgement = { class: 'additive' };

const safe = (why: string): Judgement => ({ class: 'safe', why });

const any = (why: string): Judgement => ({ class: 'any', why });

/** Changes that are named; the rest is counted. */
const NAMED = 10;

/**
 * The class of a plan, which is that of its largest change. A command among its checks runs as root and can do anything, so it counts as a
 * change that is proven to be nothing less. Undefined for a plan without changes, which runs no check.
 */
export function classOfPlan(
  plan: Pick<Plan, 'steps'>,
  checks: readonly Pick<PlannedCheck, 'probe'>[] = [],
): PlanClass | undefined {
  if (!hasChanges(plan)) return undefined;
  const sets = setSteps(plan);
  const counts: Record<ChangeClass, number> = { additive: 0, safe: 0, any: 0 };
  const over: JudgedChange[] = [];
  const named: Record<ChangeClass, number> = { additive: NAMED, safe: 0, any: 0 };
  const note = (change: JudgedChange) => {
    counts[change.class] += 1;
    if (named[change.class] >= NAMED) return;
    named[change.class] += 1;
    over.push(change);
  };
  for (const step of sets) note(judgeSet(step));
  for (const step of tableSteps(plan)) for (const change of judgeStep(step, newSetsOf(sets, step))) note(change);
  for (const { probe } of checks) {
    if (probe.kind === 'command')
      note({ address: `check ${probeLabel(probe)}`, class: 'any', why: 'it runs a program as root' });
  }
  return { class: CLASSES.findLast((one) => counts[one] > 0) ?? 'additive', counts, over };
}

/** A set that does not exist yet has no users; what refers to it is judged by itself. */
function judgeSet(step: SetStep): JudgedChange {
  const address = `${namespaceLabel(step.namespace)}/set/${step.set}`;
  if (step.change === 'create') return { address, class: 'additive' };
  return { address, class: 'any', why: step.change === 'destroy' ? 'it removes a set' : 'it changes what a set holds' };
}

/** Those that count nothing: rules that refer to them leave nothing behind. */
function newSetsOf(sets: readonly SetStep[], { namespace }: TableStep): ReadonlySet<string> {
  const isNew = (step: SetStep) =>
    step.change === 'create' &&
    step.namespace.kind === namespace.kind &&
    namespaceLabel(step.namespace) === namespaceLabel(namespace) &&
    !/\bcounters\b/.test(step.headers.after ?? 'counters');
  return new Set(sets.filter(isNew).map(({ set }) => set));
}

function* judgeStep(step: TableStep, newSets: ReadonlySet<string>): Generator<JudgedChange> {
  const { namespace, family, table } = step;
  const facts = tableFacts(step, newSets);
  // The legacy backend loads the whole table anew, and what rules remember (`limit`, `quota`) begins again.
  const forgets = step.backend === 'nft' || facts.isForgetful();
  for (const change of step.chains) {
    const chain = placeAddress({ namespace: namespaceLabel(namespace), family, table, chain: change.name });
    if (change.status === 'removed') yield { address: chain, class: 'any', why: 'it removes a chain' };
    if (change.status === 'new' && (table === 'filter' || !isFirst(step))) yield { address: chain, class: 'additive' };
    else if (change.status === 'new') yield { address: chain, class: 'any', why: `it begins the table ${table}` };
    if (change.policy !== undefined) yield { address: `${chain}#policy`, class: 'any', why: 'it changes a policy' };
    const empty = { name: change.name, rules: [] };
    const own = { before: facts.before.get(change.name) ?? empty, after: facts.after.get(change.name) ?? empty };
    const crossing = crossings(change, own, facts.accepts);
    for (const line of change.lines) {
      if (!isChange(line)) continue;
      const judged = forgets ? judgeLine(line, { table, facts, crossing }) : FORGOTTEN;
      yield { address: `${chain}#${positionOf(line)}`, ...judged };
    }
  }
}

const FORGOTTEN = { class: 'any', why: 'the table is loaded anew, and holds rules that remember packets' } as const;

/** The kernel begins to send packets through a table, and through connection tracking for nat, when it is made. */
function isFirst({ created }: TableStep): boolean {
  return created;
}

function isChange(line: ChainChange['lines'][number]): line is Exclude<Line, { kind: 'keep' | 'skip' }> {
  return line.kind !== 'keep' && line.kind !== 'skip';
}

function positionOf(line: Exclude<Line, { kind: 'keep' | 'skip' }>): string {
  return line.kind === 'remove' ? `-${line.from}` : `${line.to}`;
}

/** The class of one change of a rule; whatever is not proven to be less is `any`. */
function judgeLine(line: ChangedLine, place: Place): Judgement {
  switch (line.kind) {
    case 'add':
      return judgeAddition(line.text, place);
    case 'remove':
      return isLog(line.text, place) ? safe('it removes a rule that only logs') : any('it removes a rule');
    case 'move':
      return judgeMove(line, place);
    case 'change':
      return differOnlyInComment(line.before, line.text, place.facts)
        ? safe('it changes a comment')
        : any('it changes what a rule does');
    default:
      return line satisfies never;
  }
}

function judgeAddition(text: string, place: Place): Judgement {
  const { table, facts } = place;
  if (isLog(text, place)) return safe('it adds a rule that only logs');
  if (table !== 'filter') return any(`it adds to the table ${table}`);
  if (!facts.accepts(text)) return any('it adds a rule that is not proven to do nothing but accept');
  if (!facts.isForgetful()) return any('the table holds rules that remember packets or change them');
  return ADDITIVE;
}

/** An accepting rule cuts nothing off when it comes earlier, nor when all that it passes accept as well. */
function judgeMove(line: Extract<Line, { kind: 'move' }>, { table, facts, crossing }: Place): Judgement {
  const isQuiet = table === 'filter' && facts.accepts(line.text) && facts.isForgetful();
  if (!isQuiet) return any('it changes the order of rules');
  if (crossing(line) !== 'passes others') return safe('it moves a rule that accepts');
  return any('it moves a rule that accepts behind others');
}

function isLog(text: string, { table, facts }: Place): boolean {
  if (table !== 'filter' || !mayLog(text)) return false;
  const rule = splitRule(text);
  return rule !== undefined && onlyLogs(rule, facts) && comesStateless(withoutLimit(rule), facts.company);
}

/** False only for what logs for sure not, which is nearly every rule. */
function mayLog(text: string): boolean {
  return text.includes('LOG') || !/(?:^| )-[jg] /.test(text);
}

/** A limit of a rule that only logs is its own. */
function withoutLimit(rule: SplitRule): SplitRule {
  return { ...rule, matches: rule.matches.filter(({ module }) => module !== 'limit') };
}

function differOnlyInComment(before: string, after: string, facts: TableFacts): boolean {
  const old = splitRule(before);
  const fresh = splitRule(after);
  if (old === undefined || fresh === undefined || !staysStateless(old) || !staysStateless(fresh)) return false;
  const { target } = fresh;
  const isKnown = target === undefined || targetRow(target.name).forgets === true || facts.after.has(target.name);
  return isKnown && JSON.stringify(withoutComment(old)) === JSON.stringify(withoutComment(fresh));
}

function isComment({ option, values, module }: Match): boolean {
  return module === 'comment' && (option === '--comment' || (option === '-m' && values[0] === 'comment'));
}

function withoutComment({ matches, target }: SplitRule): object {
  return { matches: matches.flatMap((match) => (isComment(match) ? [] : [{ ...match, module: undefined }])), target };
}
