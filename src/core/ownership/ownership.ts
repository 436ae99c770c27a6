import { jumpOf } from '../rule-text/jumps.ts';
import { isBuiltin } from '../rules/builtin.ts';
import { isOwnedBy } from '../rules/hook-chain.ts';
import { matchesGlob } from '../rules/matches-glob.ts';
import type { Chain, Rule, Table, TableName } from '../rules/types.ts';
import type { StepOwnership } from './types.ts';

/** The bridge of the default network, and those of networks that a user makes. */
const BRIDGE = '(?:docker0|br-[0-9a-f]{12})';

const SHAPES: Readonly<Partial<Record<TableName, readonly RegExp[]>>> = {
  filter: [
    new RegExp(`^-o ${BRIDGE} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT$`),
    new RegExp(`^-i (${BRIDGE}) ! -o \\1 -j ACCEPT$`),
    new RegExp(`^-i (${BRIDGE}) -o \\1 -j (?:ACCEPT|DROP)$`),
  ],
  nat: [new RegExp(`^-s \\S+ ! -o ${BRIDGE} -j MASQUERADE$`)],
};

/**
 * What of one table is ours. Everything that plans, writes, proves or undoes asks this value, so that no two of them answer differently.
 * A chain is ours or foreign as a whole. In a chain of others the jumps into chains of ours are ours, and the policy is what the state
 * declares. In a chain of ours the jumps to kept chains belong to others,
 * and so do the rules that Docker writes beside its chains.
 */
export type Ownership = {
  /**
   * Whether fw may make, empty, fill and remove the chain. In shared ownership these are exactly the chains with an owner's prefix that no other state has; in
   * exclusive ownership all but those that a `keep` glob matches, built-in chains always included.
   */
  readonly ownsChain: (chain: string) => boolean;
  /** Whether a rule in a chain of others is ours. In exclusive ownership a kept chain is left alone as a whole. */
  readonly ownsJump: (rule: Rule) => boolean;
  /** Whether a rule is ours, given the names of the chains of its table: a target such as DROP is no chain, whatever a glob matches. */
  readonly ownsRule: (chain: string, rule: Rule, chains: ReadonlySet<string>) => boolean;
  /** Chains of ours whole, and of foreign chains the policy and our jumps. Tables with equal parts differ only in what belongs to others. */
  readonly part: (table: Table) => Table;
};

/** The ownership of one table, from plain data as a plan and a journal hold it. */
export function ownershipOf(name: TableName, how: StepOwnership): Ownership {
  return how.kind === 'shared' ? sharedBy(name, how.owners, new Set(how.others)) : exclusiveBut(name, how.keep);
}

/** The same, with some more chains that count as ours. */
export function withChains(name: TableName, ownership: Ownership, chains: ReadonlySet<string>): Ownership {
  if (chains.size === 0) return ownership;
  const { ownsJump } = ownership;
  const ownsChain = (chain: string) => chains.has(chain) || ownership.ownsChain(chain);
  const ownsRule: Ownership['ownsRule'] = (chain, rule, all) =>
    chains.has(chain) || ownership.ownsRule(chain, rule, all);
  return { ownsChain, ownsJump, ownsRule, part: partOf(name, ownsChain, ownsJump) };
}

function sharedBy(name: TableName, owners: readonly string[], others: ReadonlySet<string>): Ownership {
  const ownsChain = (chain: string) => owners.some((owner) => isOwnedBy(owner, chain)) && !others.has(chain);
  const ownsJump = (rule: Rule) => ownsChain(jumpOf(rule)?.chain ?? '');
  return {
    ownsChain,
    ownsJump,
    ownsRule: (chain, rule) => ownsChain(chain) || ownsJump(rule),
    part: partOf(name, ownsChain, ownsJump),
  };
}

function exclusiveBut(name: TableName, keep: readonly string[]): Ownership {
  const ownsChain = (chain: string) => isBuiltin(name, chain) || !keep.some((glob) => matchesGlob(glob, chain));
  const ownsJump = () => false;
  const jumpsToKept = (rule: Rule, chains: ReadonlySet<string>) => {
    if (keep.length === 0) return false;
    const target = jumpOf(rule)?.chain;
    return target !== undefined && chains.has(target) && !ownsChain(target);
  };
  const goesWithKept = (rule: Rule, chains: ReadonlySet<string>) =>
    jumpsToKept(rule, chains) || (chains.has('DOCKER') && !ownsChain('DOCKER') && isDockerRule(name, rule.text));
  return {
    ownsChain,
    ownsJump,
    ownsRule: (chain, rule, chains) => ownsChain(chain) && !goesWithKept(rule, chains),
    part: partOf(name, ownsChain, ownsJump),
  };
}

function partOf(
  name: TableName,
  ownsChain: Ownership['ownsChain'],
  ownsJump: Ownership['ownsJump'],
): Ownership['part'] {
  return (table) => ({
    name,
    chains: table.chains.flatMap((chain): Chain[] => {
      if (ownsChain(chain.name)) return [chain];
      const rules = chain.rules.filter(ownsJump);
      return rules.length === 0 && chain.policy === undefined ? [] : [{ ...chain, rules }];
    }),
  });
}

/** Names of the chains of some tables. */
export function chainNames(...tables: readonly (Table | undefined)[]): ReadonlySet<string> {
  return new Set(tables.flatMap((table) => table?.chains.map(({ name }) => name) ?? []));
}

/**
 * Whether a rule of a built-in chain is one of those that Docker writes for its bridges (20.10 to 27) and that jump to no chain of Docker. Who
 * keeps the chains of Docker keeps these with them: without them no container reaches anything.
 */
function isDockerRule(table: TableName, text: string): boolean {
  return SHAPES[table]?.some((shape) => shape.test(text)) === true;
}
