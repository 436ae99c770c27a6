import type { ListForm } from '../../../src/core/nft-listing/listing.ts';
import { isBuiltin } from '../../../src/core/rules/builtin.ts';
import type { Family, Policy, TableName } from '../../../src/core/rules/types.ts';
import { chainsInOrder, type LiveRule, type LiveTable } from './live-table.ts';

/**
 * What nft prints of tables of iptables. It stands a rule of iptables as the text of iptables: whether two listings are equal is all that matters of it. A rule
 * that was made with nft has its own words, which tells it from what iptables-save prints of it.
 */
export function listingText(tables: readonly LiveTable[], family: Family, form: ListForm): string {
  return form === 'json' ? jsonText(tables, family) : tables.map((table) => tableWords(table, family)).join('');
}

const PRIORITY: Readonly<Record<TableName, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };

type Hook = { readonly type: string; readonly hook: string; readonly prio: number; readonly policy: string };

function hookOf(table: TableName, chain: string, policy: Policy = 'ACCEPT'): Hook {
  const isSource = table === 'nat' && (chain === 'INPUT' || chain === 'POSTROUTING');
  return {
    type: table === 'nat' ? 'nat' : 'filter',
    hook: chain.toLowerCase(),
    prio: isSource ? 100 : PRIORITY[table],
    policy: policy.toLowerCase(),
  };
}

function tableWords(table: LiveTable, family: Family): string {
  const blocks = chainsInOrder(table).map(([name, { policy, rules }]) => {
    const { type, hook, prio, ...of } = hookOf(table.name, name, policy);
    const head = isBuiltin(table.name, name)
      ? [`\t\ttype ${type} hook ${hook} priority ${prio}; policy ${of.policy};`]
      : [];
    return [`\tchain ${name} {`, ...head, ...rules.map((rule) => `\t\t${wordsOf(rule)}`), '\t}'].join('\n');
  });
  return `table ${family === 'ipv4' ? 'ip' : 'ip6'} ${table.name} {\n${blocks.join('\n\n')}\n}\n`;
}

function wordsOf({ native, text }: LiveRule): string {
  return native ?? `iptables ${text}`.trimEnd();
}

/** One table in words, with the handles that `jsonText` gives. */
export function handleText(table: LiveTable, family: Family): string {
  let handle = chainsInOrder(table).length;
  const blocks = chainsInOrder(table).map(([name, { rules }], at) => {
    const lines = rules.map((rule) => {
      handle += 1;
      return `\t\t${wordsOf(rule)} # handle ${handle}`;
    });
    return [`\tchain ${name} { # handle ${at + 1}`, ...lines, '\t}'].join('\n');
  });
  return `table ${family === 'ipv4' ? 'ip' : 'ip6'} ${table.name} { # handle 1\n${blocks.join('\n\n')}\n}\n`;
}

/** Handles count from 1 through all chains and then all rules of a table. */
function jsonText(tables: readonly LiveTable[], family: Family): string {
  const nft = family === 'ipv4' ? 'ip' : 'ip6';
  const objects = tables.flatMap((table) => {
    let handle = 0;
    const next = () => {
      handle += 1;
      return handle;
    };
    const chains = chainsInOrder(table);
    return [
      { table: { family: nft, name: table.name, handle: 1 } },
      ...chains.map(([name, { policy }]) => ({
        chain: {
          ...{ family: nft, table: table.name, name, handle: next() },
          ...(isBuiltin(table.name, name) ? hookOf(table.name, name, policy) : {}),
        },
      })),
      ...chains.flatMap(([name, { rules }]) =>
        rules.map((rule) => ({
          rule: { family: nft, table: table.name, chain: name, handle: next(), expr: exprOf(rule) },
        })),
      ),
    ];
  });
  return JSON.stringify({ nftables: [{ metainfo: { version: '1.0.6', json_schema_version: 1 } }, ...objects] });
}

function exprOf({ native, text }: LiveRule): readonly unknown[] {
  const counter = { counter: { packets: 0, bytes: 0 } };
  return native === undefined ? [{ xt: { type: 'match', name: text } }, counter] : [{ lookup: native }];
}
