import type { Line } from '../diff/types.ts';
import { targetRow } from '../extensions/targets.ts';
import { type Match, type SplitRule, splitRule } from '../rule-text/split-rule.ts';
import type { TableName } from '../rules/types.ts';
import type { Crossing } from './crossings.ts';
import { comesStateless, staysStateless } from './stateless.ts';
import { onlyLogs, type TableFacts } from './table-facts.ts';
import type { JudgedChange } from './types.ts';

type Judgement = Omit<JudgedChange, 'address'>;
type ChangedLine = Exclude<Line, { kind: 'keep' | 'skip' }>;

export type Place = {
  readonly table: TableName;
  readonly facts: TableFacts;
  readonly crossing: (line: Extract<Line, { kind: 'move' }>) => Crossing;
};

const ADDITIVE: Judgement = { class: 'additive' };
const safe = (why: string): Judgement => ({ class: 'safe', why });
const any = (why: string): Judgement => ({ class: 'any', why });

/** The class of one change of a rule; whatever is not proven to be less is `any`. */
export function judgeLine(line: ChangedLine, place: Place): Judgement {
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
