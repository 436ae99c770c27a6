import { createHash } from 'node:crypto';
import { storeNamespaces } from '../generation/stored-namespaces.ts';
import type { Generation } from '../generation/types.ts';
import { namespaceLabel } from '../rules/namespace-label.ts';
import type { Backend, Family, Policy, TableName } from '../rules/types.ts';

/** What the generation will hold of a namespace if the plan is applied. */
export type DeclaredDocument = {
  readonly namespace: string;
  readonly backend: Backend;
  /** Owners whose chains fw makes and removes, also those that declare nothing. */
  readonly owners: readonly string[];
  /** One entry for each owner of each table. */
  readonly tables: readonly {
    readonly family: Family;
    readonly table: TableName;
    readonly ownership: 'shared' | 'exclusive';
    /** Null in exclusive ownership, and so is `hook`. */
    readonly owner: string | null;
    readonly hook: 'first' | 'last' | 'any' | null;
    /** Globs of chains of others that stay; null in shared ownership. */
    readonly keep: readonly string[] | null;
    readonly policies: Readonly<Record<string, Policy>>;
    readonly chains: number;
    readonly rules: number;
  }[];
  readonly sets: readonly {
    readonly set: string;
    readonly declared: string;
    /** Null where the content is the business of others. */
    readonly entries: number | null;
    /** Where the content is the business of others: the options that are not. Null where all of them are declared. */
    readonly options: readonly string[] | null;
  }[];
  /** Over all that is declared there, with the places where it was written. */
  readonly sha256: string;
};

/**
 * What the generation will hold of each namespace if the plan is applied, also where nothing changes: who owns what, and how much of it there is.
 * The rules themselves are proven against the tables of the plan and, where it changes none, against the kernel.
 */
export function declaredDocuments(namespaces: Generation['namespaces']): readonly DeclaredDocument[] {
  return storeNamespaces(namespaces).map(({ counted: _, ...kept }) => ({
    namespace: namespaceLabel(kept.namespace),
    backend: kept.backend,
    owners: kept.owners,
    tables: kept.claims.map(({ family, table, ownership, policies, chains }) => ({
      family,
      table,
      ownership: ownership.kind,
      owner: ownership.kind === 'shared' ? ownership.owner : null,
      hook: ownership.kind === 'shared' ? ownership.hook : null,
      keep: ownership.kind === 'shared' ? null : ownership.keep,
      policies,
      chains: chains.length,
      rules: chains.reduce((sum, { rules }) => sum + rules.length, 0),
    })),
    sets: (kept.sets ?? []).map(({ name, declared, entries, options }) => ({
      set: name,
      declared,
      entries: entries === undefined ? null : entries.split('\n').length - 1,
      options: options ?? null,
    })),
    sha256: createHash('sha256').update(JSON.stringify(kept)).digest('hex'),
  }));
}
