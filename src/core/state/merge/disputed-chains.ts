import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { ownershipOf } from '../../ownership/ownership.ts';
import { isBuiltin } from '../../rules/builtin.ts';
import { isOwnedBy } from '../../rules/hook-chain.ts';
import { FAMILIES, type Family, type TableName } from '../../rules/types.ts';
import type { ReadDocument, ReadRule, Written, WrittenChain } from '../as-written/written.ts';
import type { Script } from '../schema/script.ts';
import { quote } from '../yaml/quote.ts';

/** Chains of one namespace of which its documents say both that they are ours and that they belong to others. */
export function findDisputedChains(
  documents: readonly ReadDocument[],
  scripts: readonly Script[],
  namespace: string,
): readonly Diagnostic[] {
  return [
    ...documents.flatMap((document) => keptBuiltins(document, scripts)),
    ...FAMILIES.flatMap((family) => [
      ...declaredAndKept(documents, family, namespace),
      ...scriptedAndKept(documents, scripts, family, namespace),
    ]),
    ...foreignOfOwners(documents),
  ];
}

type Chain = Pick<WrittenChain<ReadRule>, 'name' | 'span'>;

/** One table of an exclusive document, as one family sees it. */
type Claimed = { readonly table: TableName; readonly chains: readonly Chain[]; readonly keep: ReadDocument['keep'] };

/** Whatever one document keeps another one must not declare: both speak about the same table. */
function declaredAndKept(documents: readonly ReadDocument[], family: Family, namespace: string): readonly Diagnostic[] {
  const claimed = exclusiveOf(documents, family).flatMap(({ tables, keep }) =>
    tables.map(({ name, chains }): Claimed => ({ table: name, chains, keep })),
  );
  return claimed.flatMap(({ table, chains }) => {
    const globs = claimed.filter((other) => other.table === table).flatMap(({ keep }) => keep);
    return chains.flatMap((chain): readonly Diagnostic[] => {
      const glob = globs.find(({ value }) => keeps(table, value, chain.name));
      return glob === undefined ? [] : [disputed(table, chain, glob, namespace)];
    });
  });
}

/** Every exclusive document of a namespace keeps chains in its files of rules as well. */
function scriptedAndKept(
  documents: readonly ReadDocument[],
  scripts: readonly Script[],
  family: Family,
  namespace: string,
): readonly Diagnostic[] {
  const globs = exclusiveOf(documents, family).flatMap(({ keep }) => keep);
  return scripts
    .filter((script) => script.family === family)
    .flatMap(({ tables }) =>
      tables.flatMap(({ name, chains }) =>
        chains.flatMap((chain): readonly Diagnostic[] => {
          const glob = globs.find(({ value }) => keeps(name, value, chain.name));
          return glob === undefined ? [] : [disputed(name, chain, glob, namespace)];
        }),
      ),
    );
}

function exclusiveOf(documents: readonly ReadDocument[], family: Family): readonly ReadDocument[] {
  return documents.filter((one) => one.ownership.value === 'exclusive' && (one.family?.value ?? family) === family);
}

function keeps(table: TableName, glob: string, chain: string): boolean {
  return !ownershipOf(table, { kind: 'exclusive', keep: [glob] }).ownsChain(chain);
}

function disputed(table: TableName, chain: Chain, glob: Written<string>, namespace: string): Diagnostic {
  return {
    severity: 'error',
    code: 'state.ownership',
    message: `Chain ${quote(chain.name)} of table ${table} in namespace ${quote(namespace)} is declared, and kept as a chain of others`,
    span: chain.span,
    related: [{ message: `\`keep\` has ${quote(glob.value)}`, span: glob.span }],
    hint: 'Leave the chain to others and take it out of what is declared, or write a `keep` that does not match it. To add rules to a chain of others use `ownership: shared` with `foreign: true`.',
  };
}

/** A built-in chain of an exclusive table is always ours, so a name of one under \`keep\` would not do what it seems to say. */
function keptBuiltins({ keep, tables }: ReadDocument, scripts: readonly Script[]): readonly Diagnostic[] {
  const all = [...tables, ...scripts.flatMap((script) => script.tables)];
  return keep.flatMap(({ value, span }): readonly Diagnostic[] => {
    const table = all.find(({ name }) => isBuiltin(name, value));
    if (table === undefined) return [];
    return [
      {
        severity: 'error',
        code: 'state.ownership',
        message: `${value} is a built-in chain of table ${table.name}, and built-in chains of exclusive tables are always ours`,
        span,
        related: [{ message: 'the table', span: table.span }],
        hint: 'Use `ownership: shared` for a table whose built-in chains hold rules of others.',
      },
    ];
  });
}

/** A chain with the prefix of an owner of the namespace is ours: it would go, and the rules for it would never be met. */
function foreignOfOwners(documents: readonly ReadDocument[]): readonly Diagnostic[] {
  const shared = documents.filter(({ ownership }) => ownership.value === 'shared');
  return shared.flatMap(({ tables }) =>
    tables.flatMap(({ chains }) =>
      chains.flatMap(({ name, foreign }): readonly Diagnostic[] => {
        const owner = shared.find((one) => isOwnedBy(one.owner.value, name))?.owner;
        if (foreign === undefined || owner === undefined) return [];
        return [
          {
            severity: 'error',
            code: 'state.foreign',
            message: `Chain ${quote(name)} has the prefix of the owner ${quote(owner.value)} and is ours, not that of another program`,
            span: foreign,
            related: [{ message: 'the owner', span: owner.span }],
            hint: 'Declare the rules under that owner, or give the owner another name.',
          },
        ];
      }),
    ),
  );
}
