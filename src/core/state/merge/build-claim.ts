import type { ClaimOwnership } from '../../desired/claim.ts';
import type { DesiredChain, DesiredClaim, DesiredRule } from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import { printWords } from '../../rule-text/print-words.ts';
import { isBuiltin } from '../../rules/builtin.ts';
import { byteLength } from '../../rules/forbidden-character.ts';
import type { Family, Policy, TableName } from '../../rules/types.ts';
import type { ReadRule, RuleVersion, Written, WrittenChain } from '../as-written/written.ts';
import { missingSet, NO_SETS, nameSets, type SetNames } from './name-sets.ts';

/** The chains of one claim: those that its documents declare in one table, for each family. */
type Naming = {
  readonly table: TableName;
  /** Undefined in exclusive ownership, where chains keep their names. */
  readonly owner: string | undefined;
  readonly declared: Readonly<Record<Family, ReadonlySet<string>>>;
};

const LONGEST_RULE = LIMITS.rule.most;

/** What documents of one owner, or all exclusive ones, say about one table. `family`: the document is about that family only. */
export type Part = {
  readonly table: TableName;
  readonly ownership: ClaimOwnership;
  /** Families that some document is about. */
  readonly families: readonly Family[];
  readonly chains: readonly { readonly family: Family | undefined; readonly chain: WrittenChain<ReadRule> }[];
  readonly sets?: SetNames;
};

/** One family's share of a part: chains merged by name, rules in the order of the documents, jumps by the kernel's names. */
export function buildClaim(
  part: Part,
  family: Family,
): { readonly claim: DesiredClaim; readonly diagnostics: readonly Diagnostic[] } {
  const naming = nameAll(part);
  const diagnostics: Diagnostic[] = [];
  const merged = new Map<string, MergedChain>();
  const policies = new Map<string, Written<Policy>>();
  for (const { chain } of part.chains.filter((one) => one.family === undefined || one.family === family)) {
    const { name, span, policy } = chain;
    const into: MergedChain = merged.get(name) ?? { name, span, foreign: false, rules: [], ids: new Map() };
    merged.set(name, into);
    if (chain.foreign !== undefined) into.foreign = true;
    if (policy !== undefined && !policies.has(name)) {
      policies.set(name, policy);
    }
    for (const rule of chain.rules) diagnostics.push(...addRule(naming, part.sets ?? NO_SETS, into, rule, family));
  }
  const chains = [...merged.values()].filter((chain) => isNeeded(part, chain)).map((chain) => finish(naming, chain));
  const claim: DesiredClaim = {
    family,
    table: part.table,
    ownership: part.ownership,
    policies: Object.fromEntries([...policies].map(([name, { value }]) => [name, value])),
    policySpans: Object.fromEntries([...policies].map(([name, { span }]) => [name, span])),
    chains,
  };
  return { claim, diagnostics };
}

type MergedChain = {
  readonly name: string;
  readonly span: DesiredChain['span'];
  foreign: boolean;
  readonly rules: DesiredRule[];
  readonly ids: Map<string, Written<string>>;
};

function nameAll({ table, ownership, chains }: Part): Naming {
  // A jump to the chain of another program means that chain.
  const foreign = new Set(chains.filter(({ chain }) => chain.foreign !== undefined).map(({ chain }) => chain.name));
  const declaredFor = (family: Family) =>
    new Set(
      chains
        .filter((one) => one.family === undefined || one.family === family)
        .map(({ chain }) => chain.name)
        .filter((name) => !foreign.has(name)),
    );
  return {
    table,
    owner: ownership.kind === 'shared' ? ownership.owner : undefined,
    declared: { ipv4: declaredFor('ipv4'), ipv6: declaredFor('ipv6') },
  };
}

function addRule(
  naming: Naming,
  sets: SetNames,
  chain: MergedChain,
  rule: ReadRule,
  family: Family,
): readonly Diagnostic[] {
  const version = rule.versions.find((one) => one.family === family);
  if (version === undefined) return [];
  const named = nameSets(sets, version.words, family);
  if (named.missing !== undefined) {
    // A rule that could go to both families goes to the one that has the set.
    return rule.versions.length > 1 ? [] : [missingSet(named.missing, family, rule.span)];
  }
  const { words, problem } = nameJump(naming, { ...version, words: named.words });
  const text = printWords(words);
  chain.rules.push({ text, span: rule.span, ...(rule.id === undefined ? {} : { id: rule.id.value }) });
  return [
    ...(problem === undefined ? [] : [problem]),
    ...(byteLength(text) > LONGEST_RULE ? [tooLong(rule)] : []),
    ...checkId(chain, rule.id),
  ];
}

function checkId(chain: MergedChain, id: Written<string> | undefined): readonly Diagnostic[] {
  if (id === undefined) return [];
  const earlier = chain.ids.get(id.value);
  if (earlier === undefined) {
    chain.ids.set(id.value, id);
    return [];
  }
  if (isSame(earlier.span, id.span)) return [];
  return [
    {
      severity: 'error',
      code: 'state.duplicate-id',
      message: `Two rules of chain \`${chain.name}\` have the id \`${id.value}\``,
      span: id.span,
      related: [{ message: 'the first one', span: earlier.span }],
      hint: 'Give one of them another id.',
    },
  ];
}

/** Copies of one rule that a list made share its id. */
function isSame(one: Span, other: Span): boolean {
  if (one.file !== other.file || one.start !== other.start) return false;
  return one.expanded?.calls === other.expanded?.calls && one.expanded !== other.expanded;
}

/** In shared ownership a built-in chain that only has a policy needs no chain of ours; either family's rules make it needed in both. */
function isNeeded(part: Part, { name }: MergedChain): boolean {
  if (part.ownership.kind === 'exclusive' || !isBuiltin(part.table, name)) return true;
  return part.chains.some(({ chain }) => chain.name === name && chain.rules.length > 0);
}

function finish(naming: Naming, { name, span, foreign, rules }: MergedChain): DesiredChain {
  const isHook = naming.owner !== undefined && (foreign || isBuiltin(naming.table, name));
  const hookInto = isHook ? { hookInto: name } : {};
  return { name: kernelName(naming, name), declared: name, ...hookInto, rules, span };
}

function tooLong(rule: ReadRule): Diagnostic {
  return {
    severity: 'error',
    code: 'state.rule',
    message: `The rule is longer than ${LONGEST_RULE} bytes, and iptables-restore would read the rest as another line`,
    span: rule.span,
  };
}

/** Name in the kernel of a declared chain. A prefixed name cannot be that of a built-in chain, since those have no `-`. */
function kernelName(naming: Naming, declared: string): string {
  return naming.owner === undefined ? declared : `${naming.owner}-${declared}`;
}

/**
 * The words of a rule with its jump turned to the kernel's name. A jump to something that is not declared stays: it may be a chain of
 * another program, or a target, and the kernel knows.
 */
function nameJump(
  naming: Naming,
  version: RuleVersion,
): { readonly words: readonly string[]; readonly problem?: Diagnostic } {
  const { words, jump, family } = version;
  const target = jump === undefined ? undefined : words[jump.index];
  if (jump === undefined || target === undefined) return { words };
  const error = { severity: 'error', code: 'state.jump', span: jump.span } as const;
  if (isBuiltin(naming.table, target)) {
    const hint =
      'Packets come to built-in chains by themselves: put shared rules in a chain of your own and jump to that.';
    return { words, problem: { ...error, message: `A rule cannot jump to the built-in chain ${target}`, hint } };
  }
  if (naming.declared[family].has(target)) return { words: words.with(jump.index, kernelName(naming, target)) };
  const other: Family = family === 'ipv4' ? 'ipv6' : 'ipv4';
  if (!naming.declared[other].has(target)) return { words };
  const message = `Chain \`${target}\` is declared for ${other} only, and this rule goes to ${family}`;
  const hint = `Add \`family: ${other}\` to the rule, or declare the chain for both families.`;
  return { words, problem: { ...error, message, hint } };
}
