import type { Diagnostic } from '../diagnostic.ts';
import { readRule } from './read-rule.ts';
import type { ReadDocument, ReadRule, StateDocument, WrittenChain, WrittenRule } from './written.ts';

/** Names that rules may refer to. Documents cannot define any yet; templates and `values` will. */
const VALUES: ReadonlyMap<string, string> = new Map();

/**
 * Turns the written rules of a document into words. This is the one stage that makes rules of other rules: what a template or a
 * list value stands for is written out here, and nothing later knows about either.
 */
export function readDocument(document: StateDocument): {
  readonly document: ReadDocument;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const readChain = (chain: WrittenChain<WrittenRule>): WrittenChain<ReadRule> => ({
    ...chain,
    rules: chain.rules.map((rule) => {
      const read = readRule(rule, { family: document.family, values: VALUES });
      diagnostics.push(...read.diagnostics);
      return read.rule;
    }),
  });
  const tables = document.tables.map((table) => ({ ...table, chains: table.chains.map(readChain) }));
  return { document: { ...document, tables }, diagnostics };
}
