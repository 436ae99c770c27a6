import { type CountersDocument, countersDocument } from '../../plan/view/counters-document.ts';
import { type ParsedRule, parseRule } from '../../rule-text/parse-rule.ts';
import { namespaceLabel } from '../../rules/namespace-label.ts';
import type { Backend, Family, Policy, TableName } from '../../rules/types.ts';
import type { ShownTable } from './types.ts';

/** Live rules as JSON: tables in the order of namespaces, families and printing. */
type LiveDocument = {
  readonly format_version: '1.0';
  readonly kind: 'live';
  readonly fw_version: string;
  readonly created: string;
  readonly host: string;
  readonly tables: readonly {
    readonly namespace: string;
    readonly backend: Backend;
    readonly family: Family;
    readonly table: TableName;
    readonly chains: readonly {
      readonly name: string;
      readonly policy: Policy | null;
      readonly counters: CountersDocument | null;
      readonly rules: readonly {
        readonly rule: string;
        /** Null for a rule that cannot be read for sure. */
        readonly parsed: ParsedRule | null;
        readonly counters: CountersDocument | null;
      }[];
    }[];
  }[];
};

export function liveDocument(
  shown: readonly ShownTable[],
  by: { readonly fwVersion: string; readonly created: string; readonly host: string },
): LiveDocument {
  return {
    format_version: '1.0',
    kind: 'live',
    fw_version: by.fwVersion,
    created: by.created,
    host: by.host,
    tables: shown.map(({ namespace, backend, family, table, chains }) => ({
      namespace: namespaceLabel(namespace),
      backend,
      family,
      table,
      chains: chains.map(({ name, policy, counters, rules }) => ({
        name,
        policy: policy ?? null,
        counters: countersDocument(counters),
        rules: rules.map(({ text, counters: counted }) => ({
          rule: text,
          parsed: parseRule(text),
          counters: countersDocument(counted),
        })),
      })),
    })),
  };
}
