import { MATCHES } from '../extensions/matches.ts';
import { TARGETS } from '../extensions/targets.ts';
import type { Transaction } from '../restore/edit.ts';
import { chainsByName } from '../rules/chains-by-name.ts';
import type { Chain, Rule, Table } from '../rules/types.ts';

/** A table of which the kernel takes a change if, and only if, it takes the change of the whole table. */
export type Skeleton = {
  readonly table: Table;
  /** Chains that are in it whole. */
  readonly whole: ReadonlySet<string>;
};

/** Below so many rules a table costs as much to reduce as to load, and the whole of it proves what needs no argument. */
const SMALL = 300;

/** Of more than this part of a table nothing is won. */
const WORTH = 0.7;

/** The words behind `-m`, `-j` and `-g`, and perhaps words of a comment: what is found too much keeps a rule, and never leaves one out. */
const NAMES = /(?:^| )-([mjg]) ([^ ]+)/g;

const VERDICT_ALONE = /^-j (?:ACCEPT|DROP|RETURN|QUEUE)$/;

const MATCHES_ANYWHERE = namesAnywhere(MATCHES);
const TARGETS_ANYWHERE = namesAnywhere(TARGETS);

function namesAnywhere(rows: Readonly<Record<string, { readonly anywhere?: true }>>): ReadonlySet<string> {
  return new Set(Object.entries(rows).flatMap(([name, { anywhere }]) => (anywhere === true ? [name] : [])));
}

/** The skeleton for some edits, undefined where the whole table is as good. */
export function skeletonFor(table: Table, edits: readonly Transaction[]): Skeleton | undefined {
  const count = countRules(table);
  if (count < SMALL) return undefined;
  const skeleton = makeSkeleton(table, chainsWithRules(edits));
  return countRules(skeleton.table) > count * WORTH ? undefined : skeleton;
}

/** Chains of which edits change more than the policy. The policy of a chain is in the skeleton in any case. */
export function chainsWithRules(edits: readonly Transaction[]): ReadonlySet<string> {
  return new Set(edits.flat().flatMap((edit) => (edit.kind === 'policy' ? [] : [edit.chain])));
}

/**
 * The chains in `whole` as they are. Of each other chain, in its place: one jump and one goto for each chain that it calls, every rule of
 * which the kernel might ask where it stands or what else stands in the table, and every verdict without a condition, behind which legacy
 * looks at no rule.
 */
export function makeSkeleton(table: Table, whole: ReadonlySet<string>): Skeleton {
  const callable = new Set(table.chains.flatMap(({ name, policy }) => (policy === undefined ? [name] : [])));
  const chains = table.chains.map((chain): Chain => {
    return whole.has(chain.name) ? chain : { ...chain, rules: bones(chain, callable) };
  });
  return { table: { name: table.name, chains }, whole };
}

function bones({ rules }: Chain, callable: ReadonlySet<string>): readonly Rule[] {
  const calls = new Set<string>();
  return rules.flatMap((rule): readonly Rule[] => {
    const kept = boneOf(rule.text, callable);
    if (kept === undefined) return [];
    if (kept === 'as it is') return [rule];
    if (calls.has(kept)) return [];
    calls.add(kept);
    return [{ text: kept }];
  });
}

/** What stays of a rule: itself, its jump without conditions, or nothing. */
function boneOf(text: string, callable: ReadonlySet<string>): string | undefined {
  if (VERDICT_ALONE.test(text)) return 'as it is';
  let target: string | undefined;
  for (const [, option = '', name = ''] of text.matchAll(NAMES)) {
    if (option === 'm') {
      if (!MATCHES_ANYWHERE.has(name)) return 'as it is';
    } else {
      // Of two of them one is in a comment, and which of them is not asked.
      if (target !== undefined) return 'as it is';
      target = `-${option} ${name}`;
      if (callable.has(name) === Object.hasOwn(TARGETS, name)) return 'as it is';
      if (!callable.has(name) && !TARGETS_ANYWHERE.has(name)) return 'as it is';
    }
  }
  return target !== undefined && callable.has(target.slice('-j '.length)) ? target : undefined;
}

/**
 * The whole table of which `read` is the skeleton, after edits of the chains that it holds whole: the other chains as they are in `table`, but
 * for their policies. Undefined where those are not what they were, which no edit of other chains can bring about.
 */
export function fleshOut(read: Table, { table: reduced, whole }: Skeleton, table: Table): Table | undefined {
  const fleshes = chainsByName(table);
  const left = new Map(chainsByName({ ...reduced, chains: reduced.chains.filter(({ name }) => !whole.has(name)) }));
  const chains: Chain[] = [];
  for (const chain of read.chains) {
    const bare = left.get(chain.name);
    if (bare !== undefined && !haveSameTexts(bare.rules, chain.rules)) return undefined;
    left.delete(chain.name);
    chains.push(bare === undefined ? chain : { ...chain, rules: fleshes.get(chain.name)?.rules ?? [] });
  }
  return left.size === 0 ? { name: table.name, chains } : undefined;
}

function haveSameTexts(one: readonly Rule[], other: readonly Rule[]): boolean {
  return one.length === other.length && one.every(({ text }, at) => text === other[at]?.text);
}

function countRules({ chains }: Table): number {
  return chains.reduce((count, { rules }) => count + rules.length, 0);
}
