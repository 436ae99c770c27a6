import { hasRule, type RuleTest, type SideChain, someOtherRule } from '../side/side.ts';
import type { Condition } from '../types/condition.ts';
import type { PacketRule } from '../types/rule.ts';
import type { Left } from '../way/outcomes.ts';
import { asksConntrack } from '../way/path-model.ts';
import { readsOf } from '../way/reads.ts';
import { READS } from '../way/rewritings.ts';

/** Which remains of other packets the rules of a way ask for. */
export type Asks = {
  /** The mark of the connection, or a mark of the packet that is restored from it. */
  readonly connectionMark: boolean;
  readonly conntrack: boolean;
  /** Packets of a connection that runs are translated, as far as conntrack looks at them. */
  readonly translates: boolean;
  readonly restores: boolean;
  readonly saves: boolean;
  /** What a packet that came in through lo carries. */
  readonly mark: boolean;
  readonly rewritten: boolean;
};

/** Which remains the rules of a way may leave at all. */
export type Leaves = Readonly<Record<keyof Omit<Left, 'isRoutedAnew'>, boolean>>;

export function asksOf(chains: readonly SideChain[]): Asks {
  const has = (is: RuleTest) => chains.some((chain) => hasRule(chain, is));
  const restores = has(isRestoring);
  return {
    connectionMark: has(actsBy.connectionMark) || (restores && has(actsBy.mark)),
    conntrack: has(actsBy.conntrack),
    translates: chains.some(({ table, rules: { length } }) => table === 'nat' && length > 0),
    restores,
    saves: has(isSaving),
    mark: has(actsBy.markFromLo),
    rewritten: has(actsBy.rewrittenFromLo),
  };
}

const isRestoring = someOtherRule(({ rule: { action } }) => action.kind === 'restore-mark');
const isSaving = someOtherRule(({ rule: { action } }) => action.kind === 'save-mark');

const actsBy = {
  connectionMark: someOtherRule(({ rule }) => isActing(rule) && reads(rule, READS.connectionMark)),
  mark: someOtherRule(({ rule }) => isActing(rule) && reads(rule, READS.mark)),
  markFromLo: someOtherRule(({ rule }) => isActing(rule) && reads(rule, READS.mark) && meetsLo(rule)),
  rewrittenFromLo: someOtherRule(({ rule }) => isActing(rule) && reads(rule, READS.others) && meetsLo(rule)),
  conntrack: someOtherRule(({ rule }) => isActing(rule) && rule.conditions.some(asksConntrack)),
};

export function leavesOf(chains: readonly SideChain[]): Leaves {
  const has = (what: keyof Leaves) => chains.some((chain) => hasRule(chain, leaves[what]));
  return {
    connectionMark: has('connectionMark'),
    entry: has('entry'),
    template: has('template'),
    mark: has('mark'),
    rewritten: has('rewritten'),
  };
}

const leaves: Readonly<Record<keyof Leaves, RuleTest>> = {
  connectionMark: someOtherRule(
    ({ rule: { action } }) => action.kind === 'connection-mark' || action.kind === 'save-mark',
  ),
  entry: someOtherRule(({ rule: { action } }) => action.kind === 'untrack'),
  template: someOtherRule(({ rule: { action } }) => action.kind === 'rewrite' && action.what === 'conntrack'),
  mark: someOtherRule(({ rule: { action } }) => action.kind === 'mark' || action.kind === 'restore-mark'),
  rewritten: someOtherRule(({ rule: { action } }) => action.kind === 'rewrite' && action.what !== 'conntrack'),
};

function isActing({ action }: PacketRule): boolean {
  return action.kind !== 'continue';
}

function reads({ conditions }: PacketRule, bit: number): boolean {
  return conditions.some((condition) => (readsOf(condition, []) & bit) !== 0);
}

function meetsLo({ conditions }: PacketRule): boolean {
  return conditions.every(mayBeLo);
}

function mayBeLo(condition: Condition): boolean {
  if (condition.kind === 'link') return condition.link !== 'input' || fitsLo(condition.name, condition.prefix);
  if (condition.kind !== 'not' || condition.of.kind !== 'link' || condition.of.link !== 'input') return true;
  return !fitsLo(condition.of.name, condition.of.prefix);
}

function fitsLo(name: string, prefix: boolean): boolean {
  return prefix ? 'lo'.startsWith(name) : name === 'lo';
}
