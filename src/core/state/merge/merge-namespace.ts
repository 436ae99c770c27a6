import { type ClaimOwnership, claimsOn } from '../../desired/claim.ts';
import type { DesiredClaim, DesiredNamespace } from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ScriptTable } from '../../restore/parse-script.ts';
import { FAMILIES, type Family, type TableName } from '../../rules/types.ts';
import type { ReadDocument } from '../as-written/written.ts';
import type { Script } from '../schema/script.ts';
import { buildClaim, type Part } from './build-claim.ts';
import { buildSets } from './build-sets.ts';
import { findContradictions } from './contradictions.ts';
import { findDisputedChains } from './disputed-chains.ts';
import { NO_SETS, ownerOf, type SetNames } from './name-sets.ts';

const TABLES: readonly TableName[] = ['raw', 'mangle', 'nat', 'filter', 'security'];

/** Everything that the state has about one namespace, as one; `name` is for messages. Documents and files come in path order, and rules keep it. */
export function mergeNamespace(
  documents: readonly ReadDocument[],
  scripts: readonly Script[],
  name: string,
): { readonly merged: Omit<DesiredNamespace, 'namespace'>; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics = [
    ...findContradictions(documents, scripts, name),
    ...findDisputedChains(documents, scripts, name),
  ];
  const { sets, names, ...built } = buildSets(documents);
  diagnostics.push(...built.diagnostics);
  const parts = collectParts(documents, names);
  const claims = FAMILIES.flatMap((family): readonly DesiredClaim[] => {
    const found: DesiredClaim[] = [];
    for (const part of parts) {
      if (!part.families.includes(family)) continue;
      const isScripted = scripts.some(
        (one) => one.family === family && one.tables.some(({ name }) => name === part.table),
      );
      if (isScripted && part.chains.length === 0 && !part.documents.some(isShared)) continue;
      const built = buildClaim({ ...part, ownership: ownershipOf(part.documents, documents, family) }, family);
      diagnostics.push(...built.diagnostics);
      found.push(built.claim);
    }
    for (const script of scripts.filter((one) => one.family === family)) {
      found.push(...script.tables.map((table) => claimOfScript(family, table, keptBeside(documents, family))));
    }
    return TABLES.flatMap((table) => claimsOn(found, family, table));
  });
  const backend = documents
    .map((document) => document.backend?.value)
    .find((one) => one !== undefined && one !== 'auto');
  const owners = new Set(
    documents
      .filter(isShared)
      .flatMap(({ owner, formerOwners = [] }) => [owner.value, ...formerOwners.map(({ value }) => value)]),
  );
  return { merged: { backend: backend ?? 'auto', owners: [...owners].sort(), claims, sets }, diagnostics };
}

function isShared(document: ReadDocument): boolean {
  return document.ownership.value === 'shared';
}

type NamedPart = Omit<Part, 'ownership'> & { readonly documents: readonly ReadDocument[] };

/** One part for each table and owner; all exclusive documents share one. */
function collectParts(documents: readonly ReadDocument[], names: ReadonlyMap<string, SetNames>): readonly NamedPart[] {
  const parts = new Map<string, { table: TableName; owner: string; documents: ReadDocument[] }>();
  for (const document of documents) {
    for (const { name } of document.tables) {
      const owner = ownerOf(document);
      const key = `${name} ${owner}`;
      const part = parts.get(key) ?? { table: name, owner, documents: [] };
      part.documents.push(document);
      parts.set(key, part);
    }
  }
  return [...parts.values()].map((part) => ({
    table: part.table,
    documents: part.documents,
    sets: names.get(part.owner) ?? NO_SETS,
    families: FAMILIES.filter((family) => part.documents.some((one) => (one.family?.value ?? family) === family)),
    chains: part.documents.flatMap((document) =>
      document.tables
        .filter((table) => table.name === part.table)
        .flatMap((table) => table.chains.map((chain) => ({ family: document.family?.value, chain }))),
    ),
  }));
}

/** A document about one family keeps chains of that family only. */
function ownershipOf(documents: readonly ReadDocument[], all: readonly ReadDocument[], family: Family): ClaimOwnership {
  const owner = documents.find(isShared)?.owner.value;
  if (owner === undefined) {
    const globs = documents.filter((one) => (one.family?.value ?? family) === family).flatMap(({ keep }) => keep);
    return { kind: 'exclusive', keep: [...new Set(globs.map(({ value }) => value))] };
  }
  // One owner has one hook in a namespace, whichever of its documents says so.
  const hook = all.find((document) => document.owner.value === owner && document.hook !== undefined)?.hook?.value;
  return { kind: 'shared', owner, hook: hook ?? 'first' };
}

/** Chains of others that exclusive documents of the namespace keep: in its files of rules as well. */
function keptBeside(documents: readonly ReadDocument[], family: Family): readonly string[] {
  const meant = documents.filter(
    (one) => one.ownership.value === 'exclusive' && (one.family?.value ?? family) === family,
  );
  return [...new Set(meant.flatMap(({ keep }) => keep.map(({ value }) => value)))];
}

function claimOfScript(family: Family, table: ScriptTable, keep: readonly string[]): DesiredClaim {
  const policies = table.chains.flatMap(({ name, policy }) => (policy === undefined ? [] : [{ name, ...policy }]));
  return {
    family,
    table: table.name,
    ownership: { kind: 'exclusive', keep },
    policies: Object.fromEntries(policies.map(({ name, policy }) => [name, policy])),
    policySpans: Object.fromEntries(policies.map(({ name, span }) => [name, span])),
    chains: table.chains.map(({ name, rules, span }) => ({ name, declared: name, rules, span })),
  };
}
