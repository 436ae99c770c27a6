import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Namespace } from '../rules/types.ts';
import { compileSet } from './compile-set.ts';
import { namedSets } from './headers.ts';
import { elementOf } from './ipset/entry.ts';
import { allLines, NO_LINES } from './ipset/lines.ts';
import { canSwap, familyOf, limitOf, typeOf } from './ipset/parse-header.ts';
import type { SetPair, SetStep } from './ipset/types.ts';

type PlanSetsInput = {
  readonly namespace: Namespace;
  readonly pairs: readonly SetPair[];
  /** Texts of all rules of the namespace as they are, and as they will be. */
  readonly rules: { readonly before: () => readonly string[]; readonly after: () => readonly string[] };
  readonly originOf: (span: Span) => string;
  /** False when the plan is about a part of the namespace: what is not declared then stays. */
  readonly mayDestroy: boolean;
};

/** What happens to the sets of one namespace, those that others hold last; what they destroy comes after the rules, lists first. */
export function planSets({ namespace, pairs, rules, originOf, mayDestroy }: PlanSetsInput): {
  readonly steps: readonly SetStep[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const steps: SetStep[] = [];
  const leaving = pairs.filter(({ live, desired }) => desired === undefined && live !== undefined);
  const going = mayDestroy && leaving.length > 0 ? findUnused(pairs, leaving, rules) : [];
  for (const pair of [...pairs.filter(({ desired }) => desired !== undefined), ...going]) {
    const problem = checkSet(pair);
    if (problem !== undefined) diagnostics.push(problem);
    const span = pair.desired?.span;
    const step = problem ?? compileSet(namespace, pair, span === undefined ? undefined : originOf(span));
    if (step !== undefined && 'change' in step) steps.push(withLists(step, pairs));
  }
  return { steps, diagnostics };
}

/** Names the lists that hold the set before or after: a rule that names one of them asks the set too. */
function withLists(step: SetStep, pairs: readonly SetPair[]): SetStep {
  const lists = pairs.filter(({ live, desired }) => {
    if (!isList(live?.header) && !isList(desired?.header)) return false;
    const members = [...allLines(live?.entries ?? NO_LINES), ...(live?.passing ?? []), ...(desired?.added ?? [])];
    return members.some((member) => elementOf(member) === step.set);
  });
  return lists.length === 0 ? step : { ...step, lists: lists.map(({ name }) => name) };
}

/** Sets of ours that are not declared and to which nothing will refer. One that rules of others still name stays until they are gone. */
function findUnused(
  pairs: readonly SetPair[],
  leaving: readonly SetPair[],
  rules: PlanSetsInput['rules'],
): readonly SetPair[] {
  const [before, after] = [countNames(rules.before()), countNames(rules.after())];
  const lists = leaving.filter(({ live }) => isList(live?.header));
  const inLists = new Map<string, number>();
  const current = pairs.filter(({ live, desired }) => isList(live?.header) && desired?.isManaged !== false);
  for (const { live, desired } of current) {
    const gone = desired === undefined ? allLines(live?.entries ?? NO_LINES) : desired.removed;
    for (const member of gone.map(elementOf)) inLists.set(member, (inLists.get(member) ?? 0) + 1);
  }
  const isFree = ({ name, live }: SetPair) => {
    const freed = (before.get(name) ?? 0) - (after.get(name) ?? 0) + (inLists.get(name) ?? 0);
    return (live?.references ?? 0) <= freed;
  };
  const others = leaving.filter((pair) => !lists.includes(pair));
  return [...lists, ...others].filter(isFree);
}

function countNames(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) for (const name of namedSets([text])) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Why the kernel cannot do it, as far as that is known beforehand. */
function checkSet({ live, desired }: SetPair): Diagnostic | undefined {
  if (desired === undefined) return undefined;
  const { declared, header, span, kept, added } = desired;
  const error = { severity: 'error', code: 'state.set', ...(span === undefined ? {} : { span }) } as const;
  const limit = limitOf(header);
  const count = kept.length + added.length;
  if (limit !== undefined && count > limit) {
    const message = `Set ${declared} has ${count} entries, and \`maxelem\` lets it have ${limit}`;
    return { ...error, message, hint: 'Leave `maxelem` out: then it is as large as it must be.' };
  }
  if (live === undefined || canSwap(live.header, header) || live.references === 0) return undefined;
  const [was, is] = [live.header, header].map((one) => `${typeOf(one)}${familyOf(one) === 'ipv6' ? ' (ipv6)' : ''}`);
  return {
    ...error,
    message: `Set ${declared} is a ${was} and would become a ${is}, which the kernel cannot do while rules refer to it`,
    hint: 'Give the new set another name and let the rules name it: the old one goes when no rule names it any more.',
  };
}

function isList(header: string | undefined): boolean {
  return header?.startsWith('list:') === true;
}
