import type { DesiredRule } from '../desired/types.ts';
import type { Span } from '../diagnostics/span.ts';
import { targetsThat } from '../extensions/targets.ts';
import { LIMITS } from '../limits.ts';
import { jumpTarget } from '../rule-text/jumps.ts';
import { BUILTIN } from '../rules/builtin.ts';
import { byteLength, findForbiddenCharacter, nameCharacter } from '../rules/forbidden-character.ts';
import type { Policy, TableName } from '../rules/types.ts';

const LONGEST_NAME = LIMITS.chainName.most;

const VERDICTS: ReadonlySet<string> = new Set(targetsThat(({ isVerdict }) => isVerdict === true));

export type ScriptChain = {
  readonly name: string;
  readonly builtin: boolean;
  /** Only where the script states one. */
  readonly policy?: { readonly policy: Policy; readonly span: Span };
  readonly rules: readonly DesiredRule[];
  /** Where the chain is declared; of a built-in chain that is not, where the table begins. */
  readonly span: Span;
};

/** Built-in chains in hook order, then user chains as declared. */
export type ScriptTable = { readonly name: TableName; readonly chains: readonly ScriptChain[]; readonly span: Span };

/** The line of a command: its span, and the offset in the file from which the offsets in the command are counted. */
export type CommandPlace = { readonly span: Span; readonly lineStart: number };

/** A chain while its script runs. */
export type ChainDraft = {
  readonly name: string;
  readonly builtin: boolean;
  policy?: { readonly policy: Policy; readonly span: Span };
  readonly rules: DesiredRule[];
  span: Span;
};

/** A table while its script runs. It begins as iptables-restore without --noflush leaves it: built-in chains without rules. */
export type TableDraft = {
  readonly name: TableName;
  readonly chains: Map<string, ChainDraft>;
  readonly span: Span;
  /** How many rules jump to each name; counted from the first time that it is asked for. */
  references: Map<string, number> | undefined;
  /** Rules that were ever added. */
  added: number;
  /** Rules that deletions by text were compared with. */
  compared: number;
};

export function startTable(name: TableName, span: Span): TableDraft {
  const chains = new Map<string, ChainDraft>();
  for (const chain of BUILTIN[name]) chains.set(chain, { name: chain, builtin: true, rules: [], span });
  return { name, chains, span, references: undefined, added: 0, compared: 0 };
}

export function addChain(table: TableDraft, name: string, span: Span): string | undefined {
  const why = checkChainName(name);
  if (why !== undefined) return why;
  if (table.chains.has(name)) return `The chain "${name}" is there already`;
  table.chains.set(name, { name, builtin: false, rules: [], span });
  return undefined;
}

/** Puts rules before the one at `index`, which is the number of rules to append. */
export function addRules(table: TableDraft, chain: ChainDraft, index: number, rules: readonly DesiredRule[]): void {
  table.added += rules.length;
  if (index === chain.rules.length) for (const rule of rules) chain.rules.push(rule);
  else chain.rules.splice(index, 0, ...rules);
  countJumps(table, rules, 1);
}

export function removeRules(table: TableDraft, chain: ChainDraft, index: number, count: number): void {
  countJumps(table, chain.rules.splice(index, count), -1);
}

/** Why the chain cannot be deleted now, or undefined if it is gone. */
export function removeChain(table: TableDraft, chain: ChainDraft): string | undefined {
  if (chain.builtin) return `"${chain.name}" is a built-in chain`;
  if (chain.rules.length > 0) return `The chain "${chain.name}" still has rules`;
  if (table.references === undefined) {
    table.references = new Map();
    for (const { rules } of table.chains.values()) countJumps(table, rules, 1);
  }
  if ((table.references.get(chain.name) ?? 0) > 0) return `A rule still jumps to the chain "${chain.name}"`;
  table.chains.delete(chain.name);
  return undefined;
}

function countJumps({ references }: TableDraft, rules: readonly DesiredRule[], change: 1 | -1): void {
  if (references === undefined) return;
  for (const { text } of rules) {
    const name = jumpTarget(text)?.chain;
    if (name !== undefined) references.set(name, (references.get(name) ?? 0) + change);
  }
}

/**
 * Why a user chain cannot have this name, or undefined if it can. Stricter than either backend: a name must survive both the `:` line
 * of restore text, which ends at a blank, and a rule, where quotes have a meaning.
 */
function checkChainName(name: string): string | undefined {
  if (name === '') return 'A chain needs a name';
  const forbidden = findForbiddenCharacter(name);
  if (forbidden >= 0) return `The chain name contains ${nameCharacter(name, forbidden)}`;
  if (/[ "]/.test(name)) return `The chain name ${JSON.stringify(name)} contains a blank or a double quote`;
  if (/^[-!]/.test(name)) return `The chain name "${name}" begins with "${name.charAt(0)}"`;
  if (VERDICTS.has(name)) return `"${name}" is a target of its own and cannot be a chain`;
  const bytes = byteLength(name);
  return bytes > LONGEST_NAME
    ? `The chain name "${name}" has ${bytes} bytes; iptables takes ${LONGEST_NAME}`
    : undefined;
}
