import type { TableName } from '../../rules/types.ts';
import type { RulePlace } from '../types/traffic.ts';

/** What `fw lint` can find. Ids are a contract: one never gets another meaning. */
export const LINT_RULES = [
  { id: 'FWL00', name: 'ignore', text: 'An ignore comment without a reason, or one that silences nothing' },
  { id: 'FWL01', name: 'shadowed', text: 'No packet gets to the rule: rules before it take all that it asks for' },
  { id: 'FWL02', name: 'after end', text: 'The rules before take every packet' },
  { id: 'FWL03', name: 'redundant', text: 'Without the rule the same happens to every packet' },
  { id: 'FWL04', name: 'unreachable', text: 'Nothing leads to the chain' },
  { id: 'FWL05', name: 'impossible', text: 'No packet meets all conditions of the rule' },
  { id: 'FWL06', name: 'never hit', text: 'No packet has met the rule for a long time' },
  { id: 'FWL07', name: 'duplicate', text: 'The rule stands in its chain before, and decides there' },
  { id: 'FWL08', name: 'unused set', text: 'No rule names the set' },
  { id: 'FWL09', name: 'no interface', text: 'The interface that the rule asks for is not there' },
  { id: 'FWL10', name: 'no forwarding', text: 'The namespace forwards no packets' },
  { id: 'FWL11', name: 'no bridging', text: 'Packets of bridges are not shown to the rules' },
  { id: 'FWL12', name: 'empty set', text: 'The set that the rule asks for has no entry' },
] as const;

/** What only `--live` can find. */
export const LIVE_ONLY: ReadonlySet<string> = new Set(['FWL06', 'FWL09', 'FWL10', 'FWL11', 'FWL12']);

export type LintId = (typeof LINT_RULES)[number]['id'];

/** The rules that a finding is because of. */
export type Cause = RulePlace & {
  /** Its verdict is another one than that of the rule it takes packets from. Absent where the two cannot be compared. */
  readonly differs?: boolean;
};

/** Something that is proved of a rule, or of a chain: then it has no number. */
export type Finding = {
  readonly id: LintId;
  readonly place: RulePlace;
  readonly causes: readonly Cause[];
  /** Further rules right behind of which the same is so. */
  readonly more: number;
};

/** A chain that needs more nodes than it may. `from` is the number of the first rule of which nothing is said. */
export type NotJudged = { readonly table: TableName; readonly chain: string; readonly from: number };

export type Linted = { readonly findings: readonly Finding[]; readonly notJudged: readonly NotJudged[] };

export type LintOptions = {
  /** Tables in which rules of others stand that are not in the firewall. */
  readonly shared?: ReadonlySet<TableName>;
  /** Chains that nothing leads to, as `table chain`, where the caller knows them; else those to which no built-in chain of the firewall leads. */
  readonly unreached?: ReadonlySet<string>;
  /** For each chain. */
  readonly nodes?: number;
};
